//! Histories as the lines of the site's pages.

use std::collections::HashMap;
use std::path::Path;

use quantmark_record::schema::Verdict;
use quantmark_report::site::Series;
use quantmark_verdict::regression::{History, HistoryError};

/// Every series of a folder of histories; those that changed in the newest run first, as pages draw the first few.
///
/// # Errors
/// A history cannot be read.
pub fn drawn(folder: &Path) -> Result<Vec<Series>, HistoryError> {
    let mut all = Vec::new();
    for device in History::devices(folder)? {
        all.extend(of(&History::open(folder, &device)?));
    }
    Ok(all)
}

fn of(history: &History) -> Vec<Series> {
    let mut places: HashMap<(&str, &str), usize> = HashMap::new();
    let mut series: Vec<(Series, Option<Verdict>)> = Vec::new();
    for entry in history.entries() {
        let place = *places.entry((&entry.series, &entry.unit)).or_insert_with(|| {
            let line = Series {
                device: entry.device.clone(),
                name: entry.series.clone(),
                unit: entry.unit.clone(),
                points: Vec::new(),
                verdict: None,
            };
            series.push((line, None));
            series.len() - 1
        });
        let (line, verdict) = &mut series[place];
        line.points.push((entry.at.clone(), entry.retaken.unwrap_or(entry.first)));
        *verdict = entry.verdict;
    }
    series.sort_by_key(|(_, verdict)| !matches!(verdict, Some(Verdict::Slower | Verdict::Faster)));
    let told = |(line, verdict): (Series, Option<Verdict>)| Series { verdict: verdict.map(words), ..line };
    series.into_iter().map(told).collect()
}

fn words(verdict: Verdict) -> String {
    match verdict {
        Verdict::Slower => "Slower than its level in the newest run",
        Verdict::Faster => "Faster than its level in the newest run",
        Verdict::Same => "Within its own noise",
        Verdict::NotJudged => "Too short to be judged",
    }
    .to_owned()
}
