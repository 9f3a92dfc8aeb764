//! The static site over any number of records. Records are read one after another and forgotten: what stays of each is
//! a row, and of the newest few a digest.

mod compare;
mod conformance;
mod contents;
mod device;
mod device_row;
mod extras;
mod filter;
mod format;
mod headline;
mod lean;
mod method;
mod names;
mod open;
mod overview;
mod page;
mod part;
mod pick;
mod quality;
mod runs;
mod verdict;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use quantmark_record::digest::Digest;
use quantmark_record::{Record, RecordError};

use crate::page_file::replace;
use contents::{Column, Site};
use device_row::DeviceRow;
pub use extras::{Extras, Series};
use names::Slugs;
use runs::Runs;

/// Devices that stand on the pages over all devices; each further one has its row and its page.
const MOST_SHOWN: usize = 24;

/// Formats with a page: more than there are, and a bound on what a stranger's record can ask for.
const MOST_FORMATS: usize = 100;

/// Why a site could not be written.
#[derive(Debug)]
pub enum Error {
    /// A record is not one.
    Record(RecordError),
    /// A page could not be written, and what the system said.
    Page(PathBuf, io::Error),
}

impl From<RecordError> for Error {
    fn from(error: RecordError) -> Self {
        Self::Record(error)
    }
}

impl From<(PathBuf, io::Error)> for Error {
    fn from((path, error): (PathBuf, io::Error)) -> Self {
        Self::Page(path, error)
    }
}

/// Writes the site of records into a folder. Of several records of a device the newest is its page and the others are
/// its history. Each file appears whole.
///
/// # Errors
/// A record is not one, or a page cannot be written.
pub fn write(records: &[PathBuf], extras: &Extras, out: &Path) -> Result<(), Error> {
    let mut site = Site { columns: Vec::new(), devices: Vec::new() };
    let mut slugs = Slugs::default();
    for runs in Runs::of(records)? {
        let (digest, before, mut series) = runs.read()?;
        series
            .retain(|own| !extras.series.iter().any(|given| (&given.device, &given.name) == (&own.device, &own.name)));
        let given = extras.series.iter().filter(|series| series.device == digest.header.environment.device);
        series.extend(given.cloned());
        add(&mut site, &mut slugs, digest, before, &series, out)?;
    }
    Ok(finish(&site, out)?)
}

/// Writes the site of one record.
///
/// # Errors
/// The path that could not be written, and what the system said.
pub fn write_one(record: &Record, out: &Path) -> Result<(), (PathBuf, io::Error)> {
    let mut site = Site { columns: Vec::new(), devices: Vec::new() };
    add(&mut site, &mut Slugs::default(), Digest::from(record), None, &[], out)?;
    finish(&site, out)
}

fn add(
    site: &mut Site,
    slugs: &mut Slugs,
    digest: Digest,
    before: Option<Digest>,
    series: &[Series],
    out: &Path,
) -> Result<(), (PathBuf, io::Error)> {
    let slug = slugs.of(&digest.device());
    replace(out.join(names::device_page(&slug)), device::render(&digest, &slug, series).as_bytes())?;
    site.devices.push(DeviceRow::of(&digest, &slug));
    if site.columns.len() < MOST_SHOWN {
        site.columns.push(Column { digest, slug, before });
    }
    Ok(())
}

/// Writes the pages over all devices.
fn finish(site: &Site, out: &Path) -> Result<(), (PathBuf, io::Error)> {
    let columns = &site.columns;
    let mut written = HashSet::new();
    for format in overview::formats(columns).into_iter().take(MOST_FORMATS) {
        let path = names::format_page(format);
        if written.insert(path.clone()) {
            replace(out.join(path), format::render(format, columns, site.quality()).as_bytes())?;
        }
    }
    for (path, page) in [
        (page::STYLE_PATH, page::style()),
        ("conformance.html", conformance::render(columns)),
        ("compare.html", compare::render(columns)),
        ("pick.html", pick::render(site)),
        ("open.html", open::render()),
        ("method.html", method::render(columns)),
        ("index.html", overview::render(site)),
    ] {
        replace(out.join(path), page.as_bytes())?;
    }
    Ok(())
}
