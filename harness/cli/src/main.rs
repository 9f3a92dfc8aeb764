//! `quantmark-conform`: kernels and their checks, without models, devices and pages. What `cargo xtask conform` builds.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use quantmark_cli::{conform, end};

/// Conformance of kernels, quick to build.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks kernels against reference files, exact values and their own contracts
    Conform(Box<conform::Checks>),
    /// Checks and repeats operations for a parent process
    #[command(name = quantmark_conformance::WORKER_COMMAND, hide = true)]
    Worker,
}

fn main() -> ExitCode {
    end(match &Cli::parse().command {
        Command::Conform(args) => conform::run(args),
        Command::Worker => conform::run_worker(),
    })
}
