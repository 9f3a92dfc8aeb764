//! Files on their way to another machine: a tar archive through the connection.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::super::{Payload, RunnerError};
use super::connection::{self, Said};
use super::{Address, script};

/// A file here, its place there, and whether it is a program.
pub(super) struct Item {
    from: PathBuf,
    to: String,
    program: bool,
}

/// The files of a payload at their places in the working folder.
pub(super) fn payload(payload: &Payload) -> Vec<(PathBuf, &'static str, bool)> {
    let mut parts = vec![(payload.program.clone(), script::PROGRAM, true), (payload.data.clone(), script::DATA, false)];
    parts.extend(payload.oracle.clone().map(|oracle| (oracle, script::ORACLE, false)));
    parts
}

/// Sends files and whole folders.
///
/// # Errors
/// A file cannot be read, or the machine is out of reach.
pub(super) fn tree(
    address: &Address,
    script: &str,
    parts: &[(PathBuf, &'static str, bool)],
    limit: Duration,
) -> Result<Said, RunnerError> {
    let mut items = Vec::new();
    for (from, to, program) in parts {
        collect(from, to, *program, &mut items).map_err(RunnerError::here(from.display()))?;
    }
    connection::feed(address, script, limit, &|to| archive(&items, to))
}

/// Sends bytes.
///
/// # Errors
/// The machine is out of reach.
pub(super) fn bytes(
    address: &Address,
    script: &str,
    bytes: &[u8],
    limit: Duration,
) -> Result<Said, RunnerError> {
    connection::feed(address, script, limit, &|to| to.write_all(bytes))
}

fn collect(from: &Path, to: &str, program: bool, items: &mut Vec<Item>) -> io::Result<()> {
    if !from.is_dir() {
        items.push(Item { from: from.to_owned(), to: to.to_owned(), program });
        return Ok(());
    }
    let mut entries = fs::read_dir(from)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_str().ok_or_else(|| io::Error::other("a file name is not UTF-8"))?;
        collect(&entry.path(), &format!("{to}/{name}"), program, items)?;
    }
    Ok(())
}

fn archive(items: &[Item], to: &mut dyn Write) -> io::Result<()> {
    let mut archive = tar::Builder::new(GzEncoder::new(to, Compression::fast()));
    for item in items {
        let mut file = File::open(&item.from)?;
        let mut header = tar::Header::new_gnu();
        header.set_size(file.metadata()?.len());
        header.set_mode(if item.program { 0o755 } else { 0o644 });
        header.set_cksum();
        archive.append_data(&mut header, &item.to, &mut file)?;
    }
    archive.into_inner()?.finish()?.flush()
}
