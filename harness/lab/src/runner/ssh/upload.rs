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

/// A file or folder here and its place in the working folder.
pub(super) struct Item {
    from: PathBuf,
    to: String,
}

/// The files and folders of a payload.
pub(super) fn payload(payload: &Payload) -> Vec<Item> {
    let item = |from: &Path, to: &str| Item { from: from.to_owned(), to: to.to_owned() };
    let mut items = vec![item(&payload.program, script::PROGRAM), item(&payload.data, script::DATA)];
    items.extend(payload.oracle.as_deref().map(|oracle| item(oracle, script::ORACLE)));
    items.extend(payload.extra.iter().enumerate().map(|(number, path)| item(path, &extra(payload, number))));
    items
}

/// The place of a further file or folder.
pub(super) fn extra(payload: &Payload, number: usize) -> String {
    let name = payload.extra[number].file_name().unwrap_or_default().to_string_lossy();
    format!("extra/{number}/{name}")
}

/// Sends files and whole folders.
///
/// # Errors
/// A file cannot be read, or the machine is out of reach.
pub(super) fn tree(address: &Address, script: &str, items: &[Item], limit: Duration) -> Result<Said, RunnerError> {
    let mut files = Vec::new();
    for item in items {
        collect(&item.from, &item.to, &mut files).map_err(RunnerError::here(item.from.display()))?;
    }
    connection::feed(address, script, limit, &|to| archive(&files, to))
}

/// Sends bytes.
///
/// # Errors
/// The machine is out of reach.
pub(super) fn bytes(address: &Address, script: &str, bytes: &[u8], limit: Duration) -> Result<Said, RunnerError> {
    connection::feed(address, script, limit, &|to| to.write_all(bytes))
}

fn collect(from: &Path, to: &str, files: &mut Vec<Item>) -> io::Result<()> {
    if !from.is_dir() {
        files.push(Item { from: from.to_owned(), to: to.to_owned() });
        return Ok(());
    }
    let mut entries = fs::read_dir(from)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_str().ok_or_else(|| io::Error::other("a file name is not UTF-8"))?;
        collect(&entry.path(), &format!("{to}/{name}"), files)?;
    }
    Ok(())
}

fn archive(files: &[Item], to: &mut dyn Write) -> io::Result<()> {
    let mut archive = tar::Builder::new(GzEncoder::new(to, Compression::fast()));
    for item in files {
        let mut file = File::open(&item.from)?;
        let mut header = tar::Header::new_gnu();
        header.set_size(file.metadata()?.len());
        header.set_mode(if item.to == script::PROGRAM { 0o755 } else { 0o644 });
        header.set_cksum();
        archive.append_data(&mut header, &item.to, &mut file)?;
    }
    archive.into_inner()?.finish()?.flush()
}
