//! `quantmark report RECORD.. --out DIR`: records as pages and tables.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Exit, Failure};
use crate::record::Record;
use crate::report;
use crate::whole_file;

/// Arguments of `report`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Records to render: `run.jsonl` files
    #[arg(value_name = "RECORD", required = true)]
    pub records: Vec<PathBuf>,
    /// Folder to write to: the reports of one record lie in it, those of several in a folder each beside an index
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Writes the reports and says where they lie.
///
/// # Errors
/// A record cannot be read, or a report cannot be written. Every record is read before anything is written.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let records = args.records.iter().map(|path| Record::read(path)).collect::<Result<Vec<_>, _>>();
    let records = records.map_err(Failure::usage)?;
    if let [record] = records.as_slice() {
        write(record, &args.out)?;
    } else {
        let mut entries = Vec::new();
        let mut taken = HashSet::new();
        for record in &records {
            let folder = distinct_name(&record.header.run, &mut taken);
            write(record, &args.out.join(&folder))?;
            entries.push(report::Entry { record, folder });
        }
        let path = args.out.join("index.html");
        whole_file::replace(&path, report::index(&entries).as_bytes()).map_err(|error| refused(&path, &error))?;
    }
    match writeln!(io::stdout(), "{}", args.out.join("index.html").display()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::environment(format!("standard output: {error}")))
        }
        _ => Ok(Exit::Held),
    }
}

fn write(record: &Record, folder: &Path) -> Result<(), Failure> {
    report::write(record, folder).map_err(|(path, error)| refused(&path, &error))
}

fn refused(path: &Path, error: &io::Error) -> Failure {
    Failure::environment(format!("{}: {error}", path.display()))
}

/// A folder name for a run that no other run has.
fn distinct_name(run: &str, taken: &mut HashSet<String>) -> String {
    let name = report::folder_name(run);
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
