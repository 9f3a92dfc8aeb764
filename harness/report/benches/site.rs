//! How long the site of a large lab takes, and how much memory: a thousand devices, and a record of a million timings.
//! `cargo bench -p quantmark --bench site [-- DEVICES TIMINGS]`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use peak_alloc::PeakAlloc;
use quantmark_kernels::Format;
use quantmark_report::site;
use quantmark_report::site::Extras;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let (devices, timings) = (numbers.first().copied().unwrap_or(1000), numbers.get(1).copied().unwrap_or(1_000_000));
    let folder = tempfile::tempdir().expect("a folder for the records");
    let lab: Vec<PathBuf> = (0..devices).map(|index| record(folder.path(), &format!("board-{index}"), 1)).collect();
    measure(&format!("{devices} devices of 360 timings and 1200 checks"), &lab, folder.path());
    let large = [record(folder.path(), "large", timings / 360)];
    measure(&format!("one record of {timings} timings"), &large, folder.path());
}

fn measure(what: &str, records: &[PathBuf], folder: &Path) {
    let read: u64 = records.iter().map(|path| path.metadata().map_or(0, |metadata| metadata.len())).sum();
    MEMORY.reset_peak_usage();
    let start = Instant::now();
    site::write(records, &Extras::default(), &folder.join("site")).expect("the records are well formed");
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{what}: {:.0} MB read, {seconds:.1} s, {:.0} MB of memory at most",
        read as f64 / 1e6,
        MEMORY.peak_usage_as_mb()
    );
}

/// A record whose timings repeat `rounds` times over further shapes.
fn record(folder: &Path, device: &str, rounds: usize) -> PathBuf {
    let path = folder.join(format!("{device}.jsonl"));
    let mut out = BufWriter::new(File::create(&path).expect("a new file"));
    let header = serde_json::json!({
        "line": "header", "schema": 1, "run": device, "started": "2026-11-24T05:00:00Z", "command": [], "suites": [], "plan": [],
        "environment": { "device": device, "cpu": "a processor" }, "implementations": [],
    });
    writeln!(out, "{header}").expect("room on the disk");
    let backends = ["scalar", "avx2", "avx512"];
    for format in Format::ALL {
        for backend in backends {
            for case in 0..13 {
                let line = serde_json::json!({
                    "line": "case", "id": format!("L1/{format}/{backend}/dequantize/{case}"), "level": "L1", "format": format.name(),
                    "backend": backend, "operation": "dequantize", "case": "a", "state": "pass", "seconds": 0.0,
                });
                writeln!(out, "{line}").expect("room on the disk");
            }
        }
    }
    for round in 0..rounds {
        for format in Format::ALL {
            for backend in backends {
                for operation in ["dot", "matvec", "matmul", "dequantize"] {
                    let line = serde_json::json!({
                        "line": "measurement", "id": format!("{operation}/{format}/{backend}/{round}"), "suite": operation,
                        "operation": operation, "format": format.name(), "backend": backend, "threads": 1,
                        "shape": { "rows": round + 1, "cols": 4096, "batch": 1 }, "unit": "weights/s",
                        "median": 1e9, "mad": 1e7, "low": 0.9e9, "high": 1.1e9, "samples": vec![1e9; 11],
                        "quantized_bytes_per_second": 5e8, "share_of_roof": 0.1, "against": null,
                    });
                    writeln!(out, "{line}").expect("room on the disk");
                }
            }
        }
    }
    path
}
