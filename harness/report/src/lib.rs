//! What people and other programs read, rendered from records and from nothing else.

mod csv_tables;
mod json_schema;
mod junit;
pub mod markdown;
mod page_file;
mod plot;
mod ratio_tables;
pub mod site;
mod summary;

use std::io;
use std::path::{Path, PathBuf};

use quantmark_record::Record;

pub use csv_tables::{cases_csv, measurements_csv, models_csv, sizes_csv};
pub use json_schema::{SchemaFile, schema_files};
pub use junit::junit_xml;
pub use page_file::replace;
pub use ratio_tables::ratio_tables;
pub use summary::summary;

/// Writes every report of a record into a folder: the tables and the site. Each file appears whole.
///
/// # Errors
/// The path that could not be written, and what the system said.
pub fn write(record: &Record, folder: &Path) -> Result<(), (PathBuf, io::Error)> {
    write_tables(record, folder)?;
    site::write_one(record, folder)
}

/// Writes the tables of a record into a folder: `cases.csv`, `measurements.csv`, `sizes.csv`, `models.csv`,
/// `junit.xml`. Each file appears whole.
///
/// # Errors
/// The path that could not be written, and what the system said.
pub fn write_tables(record: &Record, folder: &Path) -> Result<(), (PathBuf, io::Error)> {
    let files: [(&str, Vec<u8>); 5] = [
        ("cases.csv", cases_csv(record)),
        ("measurements.csv", measurements_csv(record)),
        ("sizes.csv", sizes_csv(record)),
        ("models.csv", models_csv(record)),
        ("junit.xml", junit_xml(record).into_bytes()),
    ];
    files.into_iter().try_for_each(|(name, contents)| replace(folder.join(name), &contents))
}
