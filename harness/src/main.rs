//! `quantmark`: the program that runs on a device.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use quantmark::cmd::{Exit, Failure, conform};

/// Conformance and benchmark lab for quantized LLM weights.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks kernels against reference files, exact values and their own contracts
    Conform(conform::Args),
    /// Runs conformance cases for a parent process
    #[command(name = quantmark::conformance::WORKER_COMMAND, hide = true)]
    ConformWorker,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            eprintln!("error: {failure}");
            failure.exit.into()
        }
    }
}

fn run(cli: Cli) -> Result<Exit, Failure> {
    match cli.command {
        Command::Conform(args) => conform::run(&args),
        Command::ConformWorker => conform::run_worker(),
    }
}
