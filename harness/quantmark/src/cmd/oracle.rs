//! `oracle`: llama.cpp's libraries, and the reference files made with them.

mod files;
mod which;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};
use quantmark_cli::output::print_line;
use quantmark_implementations::ik_llama_cpp as ik_llama;
use quantmark_implementations::llama_cpp::install;
use quantmark_implementations::llama_cpp::install::Pins;
use quantmark_implementations::llama_cpp::{CpuVariant, Oracle};
use quantmark_packages::Installed;

use super::{Exit, Failure};
use which::Which;

/// Arguments of `oracle`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    /// Folder of the libraries [default: QUANTMARK_ORACLE, else the user's cache]
    #[arg(long, global = true, value_name = "DIR")]
    oracle: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fetches the pinned libraries with npm and checks their checksum
    Install {
        /// Platform to fetch for [default: this one]
        #[arg(long)]
        platform: Option<String>,
        /// Fetches another library that products are timed against instead, with pip: ik_llama.cpp
        #[arg(long, value_name = "NAME", value_parser = [ik_llama::NAME], conflicts_with_all = ["platform", "oracle"])]
        with: Option<String>,
    },
    /// Says which libraries are installed and which of them this CPU can run
    Status,
    /// Writes the reference files and their manifest
    Generate {
        #[command(flatten)]
        which: Which,
    },
    /// Makes the reference files again in memory and compares them with what is committed
    Verify {
        #[command(flatten)]
        which: Which,
    },
}

/// Runs `oracle`.
///
/// # Errors
/// The libraries are missing or refuse, a file cannot be written or differs.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let explicit = args.oracle.as_deref();
    match &args.command {
        Command::Install { with: Some(name), .. } => {
            let (state, directory) = ik_llama::install()?;
            print_line(format_args!(
                "{name} of {}: {}: {}",
                ik_llama::Pin::load().package,
                told(state),
                directory.display()
            ))?;
            Ok(Exit::Held)
        }
        Command::Install { platform, with: None } => {
            let pins = Pins::load();
            let package = pins.package(platform.as_deref().unwrap_or(install::host_platform()))?;
            let directory = install::directory(explicit, &package.platform)?;
            let state = told(install::install(package, &directory)?);
            print_line(format_args!(
                "llama.cpp {} for {}: {state}: {}",
                pins.version,
                package.platform,
                directory.display()
            ))?;
            Ok(Exit::Held)
        }
        Command::Status => status(&open(explicit)?),
        Command::Generate { which } => files::generate(&open(explicit)?, which),
        Command::Verify { which } => files::verify(&open(explicit)?, which),
    }
}

const fn told(state: Installed) -> &'static str {
    match state {
        Installed::Already => "already there",
        Installed::Now => "installed, checksum as pinned",
    }
}

/// Opens the base library where it is looked for.
///
/// # Errors
/// It is not there, with the command that fetches it, or it is not the pinned version.
pub fn open(explicit: Option<&std::path::Path>) -> Result<Oracle, Failure> {
    let directory = install::directory(explicit, install::host_platform())?;
    if !directory.is_dir() {
        return Err(Failure::environment(format!(
            "llama.cpp's libraries are not in {}; `cargo xtask oracle install` fetches them",
            directory.display()
        )));
    }
    Oracle::open(&directory).map_err(Failure::environment)
}

fn status(oracle: &Oracle) -> Result<Exit, Failure> {
    print_line(format_args!("ggml {} ({}) in {}", oracle.version(), oracle.commit(), oracle.directory().display()))?;
    for variant in variants(oracle)? {
        match CpuVariant::open(oracle.directory(), &variant) {
            Ok(cpu) => print_line(format_args!("  {variant:<16} runs here, score {}", cpu.score()))?,
            Err(error) => print_line(format_args!("  {variant:<16} {error}"))?,
        }
    }
    Ok(Exit::Held)
}

/// The names of the CPU builds beside the base library.
///
/// # Errors
/// The folder cannot be read.
pub fn variants(oracle: &Oracle) -> Result<Vec<String>, Failure> {
    let directory = oracle.directory();
    let entries = std::fs::read_dir(directory)
        .map_err(|error| Failure::environment(format!("{}: {error}", directory.display())))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let stem = name.strip_prefix("libggml-cpu-")?;
            Some(stem.split_once(".so").or(stem.split_once(".dylib"))?.0.to_owned())
        })
        .collect();
    names.sort();
    Ok(names)
}
