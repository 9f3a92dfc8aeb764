//! `quantmark compare A B`: what changed from one record to another.

use std::path::{Path, PathBuf};

use quantmark_cli::output::print;
use quantmark_files::whole_file;
use quantmark_record::Record;
use quantmark_report::markdown;
use quantmark_verdict::comparison::Comparison;

use super::{Exit, Failure};

/// Arguments of `compare`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The earlier record
    #[arg(value_name = "A")]
    pub a: PathBuf,
    /// The later record
    #[arg(value_name = "B")]
    pub b: PathBuf,
    /// Writes a summary in Markdown, for the page of a CI job
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// Prints the comparison; [`Exit::Failed`] where a check fails newly or a timing got slower.
///
/// # Errors
/// A record cannot be read, is of another schema or was cut short, or the two have nothing in common.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let (a, b) = (whole(&args.a)?, whole(&args.b)?);
    let comparison = Comparison::of(&a, &b).ok_or_else(|| {
        Failure::nothing_ran(format!(
            "{} and {} have no check and no timing in common",
            args.a.display(),
            args.b.display()
        ))
    })?;
    if let Some(path) = &args.markdown {
        whole_file::replace(path, markdown::of_comparison(&comparison).as_bytes())
            .map_err(|error| Failure::environment(format!("{}: {error}", path.display())))?;
    }
    let text = match args.json {
        true => serde_json::to_string_pretty(&comparison).map_err(Failure::environment)? + "\n",
        false => comparison.to_string(),
    };
    print(&text)?;
    if comparison.held { Ok(Exit::Held) } else { Ok(Exit::Failed) }
}

fn whole(path: &Path) -> Result<Record, Failure> {
    let record = Record::read(path).map_err(Failure::usage)?;
    if !record.is_complete() {
        let path = path.display();
        return Err(Failure::usage(format!("{path}: the run was cut short (no footer); resume it before comparing")));
    }
    Ok(record)
}
