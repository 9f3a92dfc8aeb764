//! CSV tables of a record, one row a case, a measurement, or a layer size.

use quantmark_record::Record;
use quantmark_record::schema::{Diagnosis, Interval};

/// One row a conformance case.
pub fn cases_csv(record: &Record) -> Vec<u8> {
    let header = [
        "id",
        "level",
        "format",
        "backend",
        "operation",
        "case",
        "state",
        "reason",
        "seconds",
        "element",
        "wrong",
        "total",
        "block",
        "block_hex",
        "block_decoded",
        "expected",
        "got",
        "ulp",
        "bound",
        "reproduce",
    ];
    table(
        &header,
        record.cases.iter().map(|case| {
            let mut row = vec![
                case.id.clone(),
                case.level.to_string(),
                case.format.clone(),
                case.backend.clone(),
                case.operation.clone(),
                case.case.clone(),
                case.state.to_string(),
                case.reason.clone().unwrap_or_default(),
                case.seconds.to_string(),
            ];
            row.extend(case.diagnosis.as_ref().map_or_else(Default::default, diagnosis));
            row
        }),
    )
}

fn diagnosis(diagnosis: &Diagnosis) -> [String; 11] {
    [
        diagnosis.element.to_string(),
        diagnosis.wrong.to_string(),
        diagnosis.total.to_string(),
        diagnosis.block.to_string(),
        diagnosis.block_hex.clone(),
        diagnosis.block_decoded.clone(),
        diagnosis.expected.clone(),
        diagnosis.got.clone(),
        optional(diagnosis.ulp),
        optional(diagnosis.bound.as_ref()),
        diagnosis.reproduce.clone(),
    ]
}

/// One row a timing. The numbers of a timing that is no speed are empty, and `withheld` says why.
pub fn measurements_csv(record: &Record) -> Vec<u8> {
    let header = [
        "id",
        "suite",
        "operation",
        "format",
        "backend",
        "threads",
        "rows",
        "cols",
        "batch",
        "unit",
        "median",
        "mad",
        "low",
        "high",
        "samples",
        "quantized_bytes_per_second",
        "share_of_roof",
        "against",
        "against_variant",
        "against_median",
        "ratio",
        "ratio_low",
        "ratio_high",
        "withheld",
    ];
    table(
        &header,
        record.timings().into_iter().map(|(timing, withheld)| {
            let shown = |value: String| if withheld.is_some() { String::new() } else { value };
            let number = |value: f64| shown(value.to_string());
            let mut row = vec![
                timing.id.clone(),
                timing.suite.clone(),
                timing.operation.clone(),
                timing.format.clone(),
                timing.backend.clone(),
                timing.threads.to_string(),
                timing.shape.rows.to_string(),
                timing.shape.cols.to_string(),
                timing.shape.batch.to_string(),
                timing.unit.clone(),
                number(timing.median),
                number(timing.mad),
                number(timing.low),
                number(timing.high),
                timing.samples.len().to_string(),
                shown(optional(timing.quantized_bytes_per_second)),
                shown(optional(timing.share_of_roof)),
            ];
            row.extend(timing.against.as_ref().map_or_else(Default::default, |against| {
                let Interval { median, low, high } = against.ratio;
                [
                    against.implementation.clone(),
                    against.variant.clone(),
                    number(against.median),
                    number(median),
                    number(low),
                    number(high),
                ]
            }));
            row.push(optional(withheld));
            row
        }),
    )
}

/// One row a format and layer.
pub fn sizes_csv(record: &Record) -> Vec<u8> {
    let header = ["format", "block_len", "block_bytes", "bits_per_weight", "layer", "rows", "cols", "bytes"];
    table(
        &header,
        record.sizes.iter().flat_map(|size| {
            size.layers.iter().map(|layer| {
                vec![
                    size.format.clone(),
                    size.block_len.to_string(),
                    size.block_bytes.to_string(),
                    size.bits_per_weight.to_string(),
                    layer.layer.clone(),
                    layer.rows.to_string(),
                    layer.cols.to_string(),
                    optional(layer.bytes),
                ]
            })
        }),
    )
}

/// One row a model in a file type.
pub fn models_csv(record: &Record) -> Vec<u8> {
    let header = [
        "id",
        "model",
        "file_type",
        "format",
        "backend",
        "threads",
        "bytes",
        "bits_per_weight",
        "sha256",
        "protocol",
        "tokens_sha256",
        "windows",
        "context",
        "importance",
        "perplexity",
        "perplexity_error",
        "base_perplexity",
        "kld_mean",
        "kld_error",
        "kld_99",
        "same_top",
        "pp512",
        "tg128",
    ];
    table(
        &header,
        record.models().into_iter().map(|row| {
            vec![
                row.id,
                row.model,
                row.file_type,
                row.format,
                row.backend,
                row.threads.to_string(),
                row.bytes.to_string(),
                row.bits_per_weight.to_string(),
                row.sha256,
                row.protocol,
                row.tokens_sha256,
                row.windows.to_string(),
                row.context.to_string(),
                row.importance.to_string(),
                row.perplexity.to_string(),
                row.perplexity_error.to_string(),
                row.base_perplexity.to_string(),
                row.kld_mean.to_string(),
                row.kld_error.to_string(),
                row.kld_99.to_string(),
                row.same_top.to_string(),
                optional(row.pp512),
                optional(row.tg128),
            ]
        }),
    )
}

fn optional(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).expect("memory takes every row");
    for row in rows {
        writer.write_record(row.into_iter().map(inert)).expect("a row is as long as the header");
    }
    writer.into_inner().expect("memory takes every row")
}

/// Spreadsheets run cells that begin like a formula; a record's texts come from strangers.
fn inert(cell: String) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if formula { format!("'{cell}") } else { cell }
}
