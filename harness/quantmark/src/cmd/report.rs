//! `quantmark report RECORD.. --out DIR`: records as a site and as tables.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use quantmark_cli::output::print;
use quantmark_files::names::folder_name;
use quantmark_record::Record;
use quantmark_report as report;
use quantmark_report::site;
use quantmark_report::site::Extras;

use super::{Exit, Failure};
use crate::series::drawn;

/// Arguments of `report`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Records to render: `run.jsonl` files, or folders that hold one
    #[arg(value_name = "RECORD", required = true)]
    pub records: Vec<PathBuf>,
    /// Folder to write the site to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Folder of histories, drawn on the devices' pages
    #[arg(long, value_name = "DIR")]
    pub history: Option<PathBuf>,
    /// Writes CSV and JUnit XML of each record too, into a folder each below `tables/`; reads each record whole
    #[arg(long)]
    pub tables: bool,
    /// Writes a Markdown file of every ratio to other implementations, format by format; reads each record whole
    #[arg(long, value_name = "FILE")]
    pub ratios: Option<PathBuf>,
}

/// Writes the reports and says where they lie.
///
/// # Errors
/// A record cannot be read, or a report cannot be written.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let records: Vec<PathBuf> = args.records.iter().map(|path| record_in(path)).collect();
    if args.tables {
        tables(&records, &args.out)?;
    }
    if let Some(path) = &args.ratios {
        let read = records.iter().map(|path| Record::read(path)).collect::<Result<Vec<_>, _>>();
        let text = report::ratio_tables(&read.map_err(Failure::usage)?);
        report::replace(path.clone(), text.as_bytes()).map_err(|(path, error)| refused(&path, &error))?;
    }
    let series = args.history.as_deref().map(drawn).transpose().map_err(Failure::usage)?.unwrap_or_default();
    site::write(&records, &Extras { series }, &args.out).map_err(|error| match error {
        site::Error::Record(error) => Failure::usage(error),
        site::Error::Page(path, error) => refused(&path, &error),
    })?;
    print(&format!("{}\n", args.out.join("index.html").display()))?;
    Ok(Exit::Held)
}

/// The record itself, or that in a folder.
pub(super) fn record_in(path: &Path) -> PathBuf {
    if path.is_dir() { path.join("run.jsonl") } else { path.to_owned() }
}

fn tables(records: &[PathBuf], out: &Path) -> Result<(), Failure> {
    let mut taken = HashSet::new();
    for path in records {
        let record = Record::read(path).map_err(Failure::usage)?;
        let folder = out.join("tables").join(distinct_name(&record.header.run, &mut taken));
        report::write_tables(&record, &folder).map_err(|(path, error)| refused(&path, &error))?;
    }
    Ok(())
}

fn refused(path: &Path, error: &io::Error) -> Failure {
    Failure::environment(format!("{}: {error}", path.display()))
}

/// A folder name for a run that no other run has.
fn distinct_name(run: &str, taken: &mut HashSet<String>) -> String {
    let name = folder_name(run);
    let mut candidates = (2u32..).map(|number| format!("{name}-{number}"));
    let mut candidate = name.clone();
    // Some file systems do not tell case apart.
    while !taken.insert(candidate.to_ascii_lowercase()) {
        candidate = candidates.next().expect("numbers do not end before records do");
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_names_are_safe_and_distinct() {
        let mut taken = HashSet::new();
        assert_eq!(distinct_name("../../etc/passwd", &mut taken), "------etc-passwd");
        assert_eq!(distinct_name("lab-1 2026", &mut taken), "lab-1-2026");
        assert_eq!(distinct_name("LAB-1/2026", &mut taken), "LAB-1-2026-2");
        assert_eq!(distinct_name("", &mut taken), "run");
    }
}
