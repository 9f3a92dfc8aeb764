//! `quantmark`: the program that runs on a device.

mod bench;
mod build;
mod cmd;
mod codegen;
mod progress;
mod series;
mod size;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use quantmark_cli::{Exit, end};
use quantmark_fault::Failure;

/// Conformance and benchmark lab for quantized LLM weights.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The main job: conformance, sizes and speed into a record, tables and a page
    Bench(cmd::bench::Args),
    /// Statements of the literature, held against records
    Claims(cmd::claims::Args),
    /// Writes the files of the repository that are generated from others
    Codegen(cmd::codegen::Args),
    /// Compares two records: newly failing checks, slower timings
    Compare(cmd::compare::Args),
    /// Checks kernels against reference files, exact values and their own contracts
    Conform(cmd::conform::Args),
    /// Checks and repeats operations for a parent process
    #[command(name = quantmark_conformance::WORKER_COMMAND, hide = true)]
    Worker,
    /// Instructions that dot products execute on an emulated device, beside llama.cpp's
    Cost(cmd::cost::Args),
    /// Which devices can run, and why the others cannot
    Devices(cmd::devices::Args),
    /// What is missing on this machine, and the command that installs it
    Doctor(cmd::doctor::Args),
    /// Numbers of devices over their runs: lists them, adds runs to them
    History(cmd::history::Args),
    /// Writes GGUF files that a reader must refuse, one for each kind of mistake
    Hostile(cmd::hostile::Args),
    /// Which columns of a model's matrices matter, from a text, for `quantize --importance`
    Importance(cmd::importance::Args),
    /// What a GGUF file holds: tensors, formats, true bits per weight
    Inspect(cmd::inspect::Args),
    /// Every device of a lab at once: runs, history, one site
    Lab(cmd::lab::Args),
    /// Models to try: what can be fetched, and fetching it
    Models(cmd::models::Args),
    /// llama.cpp's libraries, and the reference files made with them
    Oracle(cmd::oracle::Args),
    /// How well a model predicts a text, and how far its predictions are from another's
    Perplexity(cmd::perplexity::Args),
    /// Times whole models: reading a text, and writing one token after another
    Speed(cmd::speed::Args),
    /// Writes a model in another format
    Quantize(cmd::quantize::Args),
    /// Which file type a model should have on a device, from a measured record
    Recommend(cmd::recommend::Args),
    /// Renders records as HTML, CSV and JUnit XML
    Report(cmd::report::Args),
}

fn main() -> ExitCode {
    errors_instead_of_signals();
    end(run(&Cli::parse()))
}

fn run(cli: &Cli) -> Result<Exit, Failure> {
    match &cli.command {
        Command::Bench(args) => cmd::bench::run(args),
        Command::Claims(args) => cmd::claims::run(args),
        Command::Codegen(args) => cmd::codegen::run(args),
        Command::Compare(args) => cmd::compare::run(args),
        Command::Conform(args) => cmd::conform::run(args),
        Command::Worker => quantmark_cli::conform::run_worker(),
        Command::Cost(args) => cmd::cost::run(args),
        Command::Devices(args) => cmd::devices::run(args),
        Command::Doctor(args) => cmd::doctor::run(args),
        Command::History(args) => cmd::history::run(args),
        Command::Hostile(args) => cmd::hostile::run(args),
        Command::Importance(args) => cmd::importance::run(args),
        Command::Inspect(args) => cmd::inspect::run(args),
        Command::Lab(args) => cmd::lab::run(args),
        Command::Models(args) => cmd::models::run(args),
        Command::Oracle(args) => cmd::oracle::run(args),
        Command::Perplexity(args) => cmd::perplexity::run(args),
        Command::Speed(args) => cmd::speed::run(args),
        Command::Quantize(args) => cmd::quantize::run(args),
        Command::Recommend(args) => cmd::recommend::run(args),
        Command::Report(args) => cmd::report::run(args),
    }
}

/// A file that grows beyond the process's limit is an error of the write then, reported and cleaned up after as any
/// other, not the end of the program.
fn errors_instead_of_signals() {
    #[cfg(unix)]
    // Should the system refuse, its default remains.
    drop(signal_hook::flag::register(libc::SIGXFSZ, Default::default()));
}
