//! The records that a pick is made from.

use std::fs;
use std::path::{Path, PathBuf};

use quantmark_fault::Failure;
use quantmark_record::Reader;
use quantmark_record::digest::Digest;
use quantmark_record::schema::Line;

/// Where `bench` leaves its records.
const RUNS: &str = "reports/runs";

/// What speeds and qualities are taken from.
pub(super) struct Found {
    pub(super) speed: Digest,
    pub(super) speed_path: PathBuf,
    pub(super) quality: Digest,
    pub(super) quality_path: PathBuf,
}

/// Finds the records that the arguments ask for, or the newest that will do.
pub(super) fn find(
    record: Option<&Path>,
    device_asked: Option<&str>,
    quality: Option<&Path>,
) -> Result<Found, Failure> {
    let speed_path = match record {
        Some(path) => path.to_owned(),
        None => newest(device_asked)?,
    };
    let speed = read(&speed_path)?;
    let device = &speed.header.environment.device;
    if let Some(asked) = device_asked.filter(|asked| asked != device) {
        return Err(Failure::usage(format!("{}: the record is of {device}, not of {asked}", speed_path.display())));
    }
    if speed.header.environment.emulated {
        return Err(Failure::usage(format!(
            "{}: an emulator ran the program, so the record says nothing about speed",
            speed_path.display()
        )));
    }
    let (quality, quality_path) = match quality {
        Some(path) => (read(path)?, path.to_owned()),
        None if !speed.models.is_empty() => (speed.clone(), speed_path.clone()),
        None => newest_with_models(&speed_path)?,
    };
    if quality.models.is_empty() {
        return Err(no_models(&quality_path));
    }
    Ok(Found { speed, speed_path, quality, quality_path })
}

fn read(path: &Path) -> Result<Digest, Failure> {
    let path = if path.is_dir() { path.join("run.jsonl") } else { path.to_owned() };
    Digest::read(&path).map_err(Failure::usage)
}

fn no_models(path: &Path) -> Failure {
    Failure::usage(format!(
        "{}: no models were measured, so nothing is known of quality; `bench --suite models` measures them",
        path.display()
    ))
}

/// Device, start and path of each record of the runs; what is none is passed over.
fn runs() -> Vec<(String, String, PathBuf)> {
    let folders = fs::read_dir(RUNS).into_iter().flatten().flatten();
    let mut runs: Vec<_> = folders
        .filter_map(|folder| {
            let path = folder.path().join("run.jsonl");
            match Reader::open(&path).ok()?.bounded().next()? {
                Ok(Line::Header(header)) => Some((header.environment.device, header.started, path)),
                _ => None,
            }
        })
        .collect();
    runs.sort_by(|a, b| b.1.cmp(&a.1));
    runs
}

fn newest(device: Option<&str>) -> Result<PathBuf, Failure> {
    let runs = runs();
    let found = runs.iter().find(|(name, ..)| device.is_none_or(|device| device == name));
    found.map(|(.., path)| path.clone()).ok_or_else(|| match device {
        Some(device) if !runs.is_empty() => {
            let mut names: Vec<&str> = runs.iter().map(|(name, ..)| name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            Failure::usage(format!("--device {device}: {RUNS} holds records of {} alone", names.join(", ")))
        }
        _ => Failure::usage(format!(
            "{RUNS} holds no record; `bench --suite standard` makes one, --record names another"
        )),
    })
}

fn newest_with_models(speed: &Path) -> Result<(Digest, PathBuf), Failure> {
    for (_, _, path) in runs() {
        let Ok(digest) = Digest::read(&path) else { continue };
        if !digest.models.is_empty() {
            return Ok((digest, path));
        }
    }
    Err(no_models(speed))
}
