//! `quantmark`: the program that runs on a device.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use quantmark::cmd::{self, Exit, Failure};

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
    Conform(cmd::conform::Args),
    /// Runs conformance cases for a parent process
    #[command(name = quantmark::conformance::WORKER_COMMAND, hide = true)]
    ConformWorker,
    /// llama.cpp's libraries, and the reference files made with them
    Oracle(cmd::oracle::Args),
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
        Command::Conform(args) => cmd::conform::run(&args),
        Command::ConformWorker => cmd::conform::run_worker(),
        Command::Oracle(args) => cmd::oracle::run(&args),
    }
}
