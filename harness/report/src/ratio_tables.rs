//! Ratios to other implementations, format by format, as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write;

use quantmark_record::Record;
use quantmark_record::formats::{backend_rank, in_order};
use quantmark_record::number::{digits, percent, ratio_interval};
use quantmark_record::schema::{Measurement, ModelRow, Shape};
use quantmark_record::statistics::geometric_mean;

use super::markdown::{cell, line, rows_of};

/// Every ratio of the records: a table for each implementation, suite, shape and number of threads, and for each model.
pub fn ratio_tables(records: &[Record]) -> String {
    let mut text = "# Ratios\n\n".to_owned();
    line(
        &mut text,
        "Ours over theirs, sample by sample in turn: the median with its 95 % interval; above 1 ours is faster. The share \
         of the roof is the rate at which quantized weights are read, over the read bandwidth of memory on as many threads.",
    );
    for record in records {
        let environment = &record.header.environment;
        let commit = cell(environment.commit.as_deref().unwrap_or("unknown"));
        let (cpu, cores) = (cell(&environment.cpu), environment.logical_cores);
        line(&mut text, &format!("{}: {cpu}, {cores} cores, commit {commit}.", cell(&record.header.run)));
        of_kernels(&mut text, record);
        of_models(&mut text, record);
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

/// What one table is about.
type Implementation<'a> = (&'a str, String, usize, &'a str);

fn of_kernels(text: &mut String, record: &Record) {
    let mut subjects: Vec<(Implementation<'_>, Vec<&Measurement>)> = Vec::new();
    for (timing, _) in record.timings().into_iter().filter(|(_, withheld)| withheld.is_none()) {
        let Some(against) = &timing.against else { continue };
        let Shape { rows, cols, batch } = timing.shape;
        let shape = if batch == 1 { format!("{rows}x{cols}") } else { format!("{rows}x{cols} by {batch}") };
        let subject = (timing.suite.as_str(), shape, timing.threads, against.implementation.as_str());
        match subjects.iter_mut().find(|(known, _)| *known == subject) {
            Some((_, timings)) => timings.push(timing),
            None => subjects.push((subject, vec![timing])),
        }
    }
    subjects.sort_by(|(a, _), (b, _)| (a.3, a.0, &a.1, a.2).cmp(&(b.3, b.0, &b.1, b.2)));
    for ((suite, shape, threads, implementation), timings) in subjects {
        let threads = if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
        writeln!(text, "## {}, {shape}, {threads}, over {}\n", cell(suite), cell(implementation))
            .expect("a string takes it");
        of_subject(text, record, &timings);
    }
}

fn of_subject(text: &mut String, record: &Record, timings: &[&Measurement]) {
    let mut columns: Vec<(&str, &str)> = Vec::new();
    for timing in timings {
        let variant = timing.against.as_ref().map_or("", |against| against.variant.as_str());
        if !columns.contains(&(&timing.backend, variant)) {
            columns.push((&timing.backend, variant));
        }
    }
    columns.sort_by_key(|(backend, _)| backend_rank(backend));
    let of = |format: &str, backend: &str| {
        timings.iter().find(|timing| timing.format == format && timing.backend == backend).copied()
    };
    let with_roof = timings.iter().any(|timing| timing.share_of_roof.is_some());
    let mut heads = vec!["format".to_owned()];
    for (backend, variant) in &columns {
        heads.push(format!("{} over {}", cell(backend), cell(variant)));
        if with_roof {
            heads.push("of the roof".to_owned());
        }
    }
    let mut rows = Vec::new();
    for format in in_order(record) {
        let found: Vec<Option<&Measurement>> = columns.iter().map(|(backend, _)| of(format, backend)).collect();
        if found.iter().all(Option::is_none) {
            continue;
        }
        let mut row = vec![cell(format)];
        for timing in found {
            let ratio = timing.and_then(|timing| timing.against.as_ref()).map(|against| ratio_interval(&against.ratio));
            row.push(ratio.unwrap_or_default());
            if with_roof {
                row.push(timing.and_then(|timing| timing.share_of_roof).map(percent).unwrap_or_default());
            }
        }
        rows.push(row);
    }
    let ratios = |backend: &str| -> Vec<f64> {
        let ours = timings.iter().filter(|timing| timing.backend == backend);
        ours.filter_map(|timing| Some(timing.against.as_ref()?.ratio.median)).collect()
    };
    for (name, value) in [
        ("geometric mean", (|ratios: &[f64]| geometric_mean(ratios.iter().copied())) as fn(&[f64]) -> Option<f64>),
        ("least", |ratios| ratios.iter().copied().reduce(f64::min)),
    ] {
        let mut row = vec![name.to_owned()];
        for (backend, _) in &columns {
            row.push(value(&ratios(backend)).map(digits).unwrap_or_default());
            if with_roof {
                row.push(String::new());
            }
        }
        rows.push(row);
    }
    rows_of(text, &heads, &rows);
}

fn of_models(text: &mut String, record: &Record) {
    let mut models: BTreeMap<String, Vec<ModelRow>> = BTreeMap::new();
    for row in record.models().into_iter().filter(|row| row.against.is_some()) {
        models.entry(row.model.clone()).or_default().push(row);
    }
    for (model, rows) in models {
        writeln!(text, "## {}, {} threads\n", cell(&model), rows[0].threads).expect("a string takes it");
        let heads = ["file type", "backend", "over", "512 tokens at once", "128 tokens one by one"].map(str::to_owned);
        let cells = rows.iter().filter_map(|row| {
            let against = row.against.as_ref()?;
            Some(vec![
                cell(&row.file_type),
                cell(&row.backend),
                format!("{} {}", cell(&against.implementation), cell(&against.variant)),
                ratio_interval(&against.pp512_ratio),
                ratio_interval(&against.tg128_ratio),
            ])
        });
        let mut cells: Vec<Vec<String>> = cells.collect();
        let mean = |of: fn(&ModelRow) -> Option<f64>| {
            geometric_mean(rows.iter().filter_map(of)).map(digits).unwrap_or_default()
        };
        cells.push(vec![
            "geometric mean".to_owned(),
            String::new(),
            String::new(),
            mean(|row| Some(row.against.as_ref()?.pp512_ratio.median)),
            mean(|row| Some(row.against.as_ref()?.tg128_ratio.median)),
        ]);
        rows_of(text, &heads, &cells);
    }
}
