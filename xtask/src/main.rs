//! The project's own commands.

mod codegen;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the tables that come out of the reference library.
    Codegen {
        /// The directory of the reference libraries.
        #[arg(long)]
        oracle: PathBuf,
        /// Write nothing; fail where a table differs from what would be written.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Codegen { oracle, check } => codegen::run(&oracle, check),
    }
}
