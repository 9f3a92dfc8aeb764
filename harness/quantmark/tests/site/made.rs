//! Sites made of records, and lab-sized records.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use quantmark_record::Record;
use quantmark_record::schema::Shape;
use quantmark_report::site;
use quantmark_report::site::{Error, Extras};

use crate::sample;

/// Every page of a folder, by its path there.
pub type Pages = BTreeMap<String, String>;

/// Writes the site of records into a folder of `folder`.
pub fn site(folder: &Path, records: &[Record]) -> Result<PathBuf, Error> {
    let out = folder.join("site");
    site::write(&files(folder, records), &Extras::default(), &out)?;
    Ok(out)
}

/// The records as files.
pub fn files(folder: &Path, records: &[Record]) -> Vec<PathBuf> {
    let file = |(index, record): (usize, &Record)| {
        let path = folder.join(format!("{index}.jsonl"));
        fs::write(&path, sample::jsonl(record)).unwrap();
        path
    };
    records.iter().enumerate().map(file).collect()
}

/// Every file below a folder.
pub fn read(folder: &Path) -> Pages {
    let mut pages = Pages::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            pages.extend(read(&path).into_iter().map(|(inner, page)| (format!("{name}/{inner}"), page)));
        } else {
            pages.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    pages
}

/// The pages of records.
pub fn pages(records: &[Record]) -> Pages {
    let folder = tempfile::tempdir().unwrap();
    read(&site(folder.path(), records).unwrap())
}

/// A record as full as that of a standard run: three backends, ten groups of timings.
pub fn standard(device: &str, started: &str) -> Record {
    let mut record = sample::record();
    record.header.environment.device = device.into();
    record.header.started = started.into();
    record.header.run = format!("{device}-{started}");
    let plain: Vec<_> = std::mem::take(&mut record.measurements);
    let groups = [("dot", 1), ("matvec", 1), ("matvec", 16), ("matmul", 16), ("quantize", 1), ("dequantize", 1)];
    for (place, (operation, threads)) in groups.into_iter().enumerate() {
        for (step, backend) in ["scalar", "avx2", "avx512"].into_iter().enumerate() {
            for measurement in plain.iter().filter(|measurement| measurement.operation == "matvec") {
                let mut measurement = measurement.clone();
                let factor = 0.3 * (step + 1) as f64 * (1.0 + 0.1 * place as f64);
                for number in
                    [&mut measurement.median, &mut measurement.mad, &mut measurement.low, &mut measurement.high]
                {
                    *number *= factor;
                }
                measurement.quantized_bytes_per_second =
                    measurement.quantized_bytes_per_second.map(|rate| rate * factor);
                measurement.share_of_roof =
                    measurement.share_of_roof.filter(|_| operation == "matvec").map(|share| share * factor);
                measurement.shape = Shape { batch: if operation == "matmul" { 64 } else { 1 }, ..measurement.shape };
                measurement.operation = operation.into();
                measurement.threads = threads;
                measurement.backend = backend.into();
                measurement.id =
                    format!("{operation}/{operation}/{}/{backend}/{threads}/{}", measurement.format, measurement.shape);
                record.measurements.push(measurement);
            }
        }
    }
    let cases: Vec<_> = record.cases.iter().filter(|case| case.backend == "avx2").cloned().collect();
    for mut case in cases {
        case.id = case.id.replace("/avx2/", "/avx512/");
        case.backend = "avx512".into();
        record.cases.push(case);
    }
    record.models = ladder(&record.models[2]);
    record.footer = Some(sample::footer(&record));
    record
}

/// A row a file type, as of the reference model; the numbers follow bits and nothing was measured.
fn ladder(row: &quantmark_record::schema::ModelRow) -> Vec<quantmark_record::schema::ModelRow> {
    quantmark_model::file_type::FILE_TYPES
        .iter()
        .map(|file_type| {
            let mut row = row.clone();
            let bits = file_type.main.spec().bits_per_weight() * 1.04;
            let loss = 2.0 * f64::exp(-0.9 * bits) * (1.0 + f64::from(file_type.id % 5) * 0.1);
            row.model = "Quantmark Reference 5.8M".into();
            row.id = format!("models/{}/{}/scalar", row.model, file_type.name);
            (row.file_type, row.format) = (file_type.name.into(), file_type.main.name().into());
            row.backend = "scalar".into();
            (row.bits_per_weight, row.bytes) = (bits, (bits * 721_312.0) as u64);
            (row.perplexity, row.kld_mean, row.kld_99) = (36.09 * f64::exp(loss), loss, loss * 4.5);
            (row.same_top, row.pp512, row.tg128) = (f64::exp(-loss * 5.0), Some(64_000.0 / bits), Some(9_000.0 / bits));
            row
        })
        .collect()
}
