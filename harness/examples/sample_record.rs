//! Writes a made-up record, to look at reports without a run: `sample_record FILE [emulated | cut | held]`.

#[path = "../tests/records/sample.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod sample;

use std::env;
use std::fs;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let file = arguments.first().ok_or("usage: sample_record FILE [emulated | cut | held]")?;
    let mut record = sample::record();
    match arguments.get(1).map(String::as_str) {
        Some("emulated") => record.header.environment.emulated = true,
        Some("cut") => record.footer = None,
        Some("held") => {
            record.cases.retain(|case| !case.state.is_failure());
            record.footer = Some(sample::footer(&record));
        }
        _ => {}
    }
    fs::write(file, sample::jsonl(&record))?;
    Ok(())
}
