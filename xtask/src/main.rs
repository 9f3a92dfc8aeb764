//! `cargo xtask COMMAND`: the project's own checks, and every command of `quantmark`, built first.

mod check_apple;
mod lint;
mod program;
mod site;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Quantmark's commands. Those not listed here go to `quantmark`, built in release mode first.
#[derive(Parser)]
#[command(name = "cargo xtask", max_term_width = 100, after_help = program::COMMANDS)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every test of the workspace.
    Test {
        /// Arguments for `cargo test`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Checks formatting, clippy, and the rules that neither knows: where `unsafe` may stand, no circle of imports.
    Lint {
        /// Only the rules that need no compiler
        #[arg(long)]
        rules: bool,
    },
    /// Type-checks the code for Apple's systems, on any system.
    CheckApple,
    /// Every check of continuous integration that needs no further installation: lint, tests, generated files.
    Ci,
    /// Writes the published site, reports/site, anew from records, and the README's picture of it.
    Site {
        /// `run.jsonl` files, or folders that hold one [default: every run in reports/runs]
        records: Vec<std::path::PathBuf>,
    },
    /// A command of `quantmark`.
    #[command(external_subcommand)]
    Program(Vec<String>),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(3)
        }
    }
}

fn run(command: Command) -> Result<u8> {
    match command {
        Command::Test { arguments } => test::run(&arguments),
        Command::Lint { rules: true } => Ok(u8::from(!lint::rules()?)),
        Command::Lint { rules: false } => lint::run(),
        Command::CheckApple => check_apple::run(),
        Command::Site { records } => site::run(&records),
        Command::Ci => {
            for step in [lint::run, || test::run(&[]), || program::run(&["codegen".into(), "--check".into()])] {
                let code = step()?;
                if code != 0 {
                    return Ok(code);
                }
            }
            Ok(0)
        }
        Command::Program(arguments) => program::run(&arguments),
    }
}
