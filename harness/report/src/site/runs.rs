//! Records by device, in the order of time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use quantmark_record::digest::Digest;
use quantmark_record::schema::Line;
use quantmark_record::{Reader, RecordError};

use super::extras::Series;
use super::headline;

/// Points of a series that a page draws: the last of them.
const MOST_POINTS: usize = 120;

/// The runs of a device, the oldest first.
#[derive(Debug)]
pub(super) struct Runs {
    paths: Vec<PathBuf>,
}

impl Runs {
    /// The runs of each device, the device that was measured last first. Only headers are read.
    pub(super) fn of(records: &[PathBuf]) -> Result<Vec<Self>, RecordError> {
        let mut devices: BTreeMap<(String, bool), Vec<(String, PathBuf)>> = BTreeMap::new();
        for path in records {
            let (device, emulated, started) = header(path)?;
            devices.entry((device, emulated)).or_default().push((started, path.clone()));
        }
        let mut devices: Vec<Vec<(String, PathBuf)>> = devices.into_values().collect();
        devices.iter_mut().for_each(|runs| runs.sort());
        devices.sort_by(|a, b| b.last().map(|run| &run.0).cmp(&a.last().map(|run| &run.0)));
        let paths = |runs: Vec<(String, PathBuf)>| Self { paths: runs.into_iter().map(|(_, path)| path).collect() };
        Ok(devices.into_iter().map(paths).collect())
    }

    /// The latest run, the one before, and how the device's headline numbers went.
    pub(super) fn read(self) -> Result<(Digest, Option<Digest>, Vec<Series>), RecordError> {
        let skipped = self.paths.len().saturating_sub(MOST_POINTS);
        let mut series: BTreeMap<String, Series> = BTreeMap::new();
        let (mut last, mut before) = (None, None);
        for path in &self.paths[skipped..] {
            let digest = Digest::read(path)?;
            add_points(&digest, &mut series);
            before = last.replace(digest);
        }
        Ok((last.expect("a device has a run"), before, series.into_values().collect()))
    }
}

fn header(path: &Path) -> Result<(String, bool, String), RecordError> {
    match Reader::open(path)?.bounded().next() {
        Some(Ok(Line::Header(header))) => Ok((header.environment.device, header.environment.emulated, header.started)),
        Some(Err(error)) => Err(error),
        _ => unreachable!("the reader gives the header first"),
    }
}

/// The headline numbers of a run, each to its series.
fn add_points(digest: &Digest, series: &mut BTreeMap<String, Series>) {
    let Some(group) = headline::headline(digest) else { return };
    for (format, (timing, numbers)) in headline::best(digest, &group) {
        let name = format!("{format}, {}, {}", group.title(), timing.backend);
        let entry = series.entry(name.clone()).or_insert_with(|| Series {
            device: digest.header.environment.device.clone(),
            name,
            unit: group.unit.clone(),
            points: Vec::new(),
            verdict: None,
        });
        entry.points.push((digest.header.started.clone(), numbers.median));
    }
}
