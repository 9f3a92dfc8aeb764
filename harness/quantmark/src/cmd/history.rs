//! `history`: a device's numbers over its runs, and adding runs to them.

use std::path::{Path, PathBuf};

use quantmark_cli::output::print;
use quantmark_files::shown::one_line;
use quantmark_record::Record;
use quantmark_verdict::regression::{HISTORY, History};

use super::{Exit, Failure};

/// Arguments of `history`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Records to add, `run.jsonl` files or folders that hold one; a run that is there already is left out. Without any,
    /// lists what the folder holds
    #[arg(value_name = "RECORD")]
    pub records: Vec<PathBuf>,
    /// Folder of the histories, a file a device
    #[arg(long, value_name = "DIR", default_value = HISTORY)]
    pub dir: PathBuf,
}

/// Adds runs to the histories of their devices, or lists them.
///
/// # Errors
/// A record cannot be read or was cut short, or a history is none or cannot be written.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let mut text = String::new();
    if args.records.is_empty() {
        for device in History::devices(&args.dir).map_err(Failure::usage)? {
            text += &describe(&History::open(&args.dir, &device).map_err(Failure::usage)?);
        }
        if text.is_empty() {
            return Err(Failure::nothing_ran(format!("{}: no history yet", args.dir.display())));
        }
    } else {
        let mut records = args.records.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
        records.sort_by(|a, b| a.header.started.cmp(&b.header.started));
        for record in &records {
            let mut history = History::open(&args.dir, &record.header.environment.device).map_err(Failure::usage)?;
            let count = history.append(record).map_err(Failure::environment)?;
            let run = one_line(&record.header.run);
            text += &format!("{}: {count} values of {run}\n", history.path().display());
        }
    }
    print(&text)?;
    Ok(Exit::Held)
}

fn read(path: &Path) -> Result<Record, Failure> {
    let path = if path.is_dir() { path.join("run.jsonl") } else { path.to_owned() };
    let record = Record::read(&path).map_err(Failure::usage)?;
    if !record.is_complete() {
        return Err(Failure::usage(format!("{}: the run was cut short (no footer); resume it first", path.display())));
    }
    Ok(record)
}

fn describe(history: &History) -> String {
    let entries = history.entries();
    let mut runs: Vec<&str> = entries.iter().map(|entry| entry.run.as_str()).collect();
    runs.dedup();
    let (first, last) = match (entries.first(), entries.last()) {
        (Some(first), Some(last)) => (one_line(&first.at), one_line(&last.at)),
        _ => return format!("{}: empty\n", history.path().display()),
    };
    let path = history.path().display();
    format!("{path}: {} values of {} runs, {first} to {last}\n", entries.len(), runs.len())
}
