//! Running the worker, and from its marks to costs.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use quantmark_files::shown::one_line;
use quantmark_kernels::{Backend, Format};
use quantmark_record::schema::{Against, Interval, Measurement, Shape};
use serde::{Deserialize, Serialize};

use super::error::CostError;
use super::log::Counter;
use super::worker::{COMMAND, Item};
use super::{COLS, REPETITIONS};

/// Time that the worker may take: all formats on one backend take seconds.
const LIMIT: Duration = Duration::from_secs(600);

/// What a dot product costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// ggml's name of the format.
    pub format: String,
    /// Backend.
    pub backend: String,
    /// Instructions a weight, ours.
    pub ours: f64,
    /// The build of the other side and its instructions a weight.
    pub theirs: Option<(String, f64)>,
}

impl Cost {
    /// Ours over theirs; below 1 ours needs fewer.
    pub fn ratio(&self) -> Option<f64> {
        self.theirs.as_ref().map(|(_, theirs)| self.ours / theirs)
    }

    /// As a line of a record. Its ratio is above 1 where ours is better, as all ratios of a record are.
    pub fn measurement(&self) -> Measurement {
        let against = self.theirs.as_ref().map(|(variant, theirs)| {
            let ratio = theirs / self.ours;
            Against {
                implementation: "llama.cpp".to_owned(),
                variant: variant.clone(),
                median: *theirs,
                samples: vec![*theirs],
                ratio: Interval { median: ratio, low: ratio, high: ratio },
            }
        });
        Measurement {
            id: format!("cost/dot/{}/{}/1/1x{COLS}x1", self.format, self.backend),
            suite: "cost".to_owned(),
            operation: "dot".to_owned(),
            format: self.format.clone(),
            backend: self.backend.clone(),
            threads: 1,
            shape: Shape { rows: 1, cols: COLS, batch: 1 },
            unit: "instructions/weight".to_owned(),
            median: self.ours,
            mad: 0.0,
            low: self.ours,
            high: self.ours,
            samples: vec![self.ours],
            quantized_bytes_per_second: None,
            share_of_roof: None,
            against,
            looks: 1,
            retakes: Vec::new(),
            judgement: None,
        }
    }
}

/// Counts the dot products of formats on backends under an emulator, which is given by its words, beside those of the libraries in `oracle`.
///
/// # Errors
/// The emulator does not start, the program fails in it or takes too long, or the log is not QEMU's.
pub fn costs(
    emulator: &[String],
    program: &Path,
    formats: &[Format],
    backends: &[Backend],
    oracle: Option<&Path>,
) -> Result<Vec<Cost>, CostError> {
    let (qemu, options) = emulator.split_first().expect("an emulator has a name");
    let wrong = |problem: String| CostError::Emulator { emulator: qemu.clone(), problem };
    let refused = |error: std::io::Error| wrong(error.to_string());
    let mut command = Command::new(qemu);
    command.args(options).args(["-d", "in_asm,exec,nochain,strace"]).arg(program).arg(COMMAND);
    command.arg("--format").args(formats.iter().map(|format| format.name()));
    command.arg("--backend").args(backends.iter().map(|backend| backend.name()));
    if let Some(oracle) = oracle {
        command.arg("--oracle").arg(oracle);
    }
    command.env_remove("QUANTMARK_ORACLE").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(refused)?;
    let (mut output, log) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
    let output = thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).map(|_| text)
    });
    let log = thread::spawn(move || read(BufReader::with_capacity(1 << 20, log)));
    let ended = quantmark_machine::process::wait(&mut child, LIMIT).map_err(refused)?;
    let output = output.join().expect("reading does not panic").map_err(refused)?;
    let read = log.join().expect("reading does not panic").map_err(refused)?;
    match ended {
        None => return Err(wrong(format!("the count took more than {} s", LIMIT.as_secs()))),
        Some(status) if !status.success() => {
            let said = read.said.last().map_or_else(|| status.to_string(), |line| one_line(line));
            return Err(CostError::Emulator { emulator: emulator.join(" "), problem: said });
        }
        Some(_) => {}
    }
    if read.unknown > 0 {
        let unknown = read.unknown;
        return Err(wrong(format!("its log lacks {unknown} blocks that ran; nothing can be counted")));
    }
    let items: Vec<Item> =
        serde_json::from_str(&output).map_err(|error| wrong(format!("the program's answer: {error}")))?;
    items.iter().map(|item| cost(item, &read.marks)).collect()
}

/// What a log came to.
struct Log {
    marks: HashMap<String, u64>,
    unknown: u64,
    /// What the program itself said.
    said: Vec<String>,
}

fn read(mut log: impl BufRead) -> std::io::Result<Log> {
    let mut counter = Counter::default();
    let mut read = Log { marks: HashMap::new(), unknown: 0, said: Vec::new() };
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        if log.read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim_end();
        match counter.line(line) {
            Some(mark) => _ = read.marks.insert(mark.name, mark.instructions),
            None if !Counter::is_log(line) => read.said.push(line.to_owned()),
            None => {}
        }
    }
    read.unknown = counter.unknown();
    Ok(read)
}

fn cost(item: &Item, marks: &HashMap<String, u64>) -> Result<Cost, CostError> {
    let at = |side: &str, repetitions: u64, point: &str| {
        let name = item.mark(side, repetitions, point);
        marks.get(&name).copied().ok_or(CostError::NoMark(name))
    };
    let count = |side: &str, repetitions: u64| -> Result<u64, CostError> {
        Ok(at(side, repetitions, "end")?.saturating_sub(at(side, repetitions, "begin")?))
    };
    let a_weight = |side: &str| -> Result<f64, CostError> {
        let more = count(side, 2 * REPETITIONS)?.saturating_sub(count(side, REPETITIONS)?);
        Ok(more as f64 / (REPETITIONS * COLS) as f64)
    };
    let theirs = match &item.variant {
        Some(variant) => Some((variant.clone(), a_weight("theirs")?)),
        None => None,
    };
    Ok(Cost { format: item.format.clone(), backend: item.backend.clone(), ours: a_weight("ours")?, theirs })
}
