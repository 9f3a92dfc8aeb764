//! Asking the worker for products, and from its marks to costs.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use quantmark_implementations::llama_cpp::NAME;
use quantmark_implementations::process::{NoAnswer, Process};
use quantmark_implementations::protocol::{Answer, Named, Request, WORKER_COMMAND};
use quantmark_implementations::registry::entry;
use quantmark_implementations::remote;
use quantmark_implementations::timing::Task;
use quantmark_kernels::{Backend, Format, Operation, kernels};
use quantmark_record::schema::Shape;

use super::error::CostError;
use super::log::Counter;
use super::product::{COLS, Cost};
use crate::buffers::Buffers;

/// Time that the worker may take: all formats on one backend take seconds.
const LIMIT: Duration = Duration::from_secs(600);

/// Repetitions of the shorter of two counts.
const REPETITIONS: u32 = 64;

/// Counts the dot products of formats on backends under an emulator, which is given by its words, beside those of
/// llama.cpp's libraries in `oracle`.
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
    let mut counting = Counting::start(emulator, program)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let scalar = Backend::Scalar.detect().expect("every machine has it");
    let mut counted = Vec::new();
    for &format in formats {
        let Some(definition) = kernels(format, scalar).filter(|kernels| kernels.supports(Operation::Dot)) else {
            continue;
        };
        let activation = format.spec().activation.and_then(|format| kernels(format, scalar));
        let shape = Shape { rows: 1, cols: COLS, batch: 1 };
        let buffers = Buffers::new(&definition, activation.as_ref(), shape, 0)?;
        let task = buffers.task(Operation::Dot, &pool);
        for &backend in backends {
            let name = |side: &str| format!("{format}/{}/{side}", backend.name());
            let ours = Named { name: backend.name().to_owned(), libraries: None };
            if !counting.count(&ours, &task, &name("ours"))? {
                continue;
            }
            let mut variant = None;
            if let Some(oracle) = oracle {
                for candidate in entry(NAME).expect("it is registered").variants(backend) {
                    let theirs = Named { name: format!("{NAME}-{candidate}"), libraries: Some(oracle.to_owned()) };
                    if counting.count(&theirs, &task, &name("theirs"))? {
                        variant = Some((*candidate).to_owned());
                        break;
                    }
                }
            }
            counted.push((format, backend, variant));
        }
    }
    let marks = counting.finish()?;
    let cost = |(format, backend, variant): (Format, Backend, Option<String>)| {
        let a_weight = |side: &str| marks.a_weight(&format!("{format}/{}/{side}", backend.name()));
        let theirs = match variant {
            Some(variant) => Some((variant, a_weight("theirs")?)),
            None => None,
        };
        Ok(Cost {
            format: format.name().to_owned(),
            backend: backend.name().to_owned(),
            ours: a_weight("ours")?,
            theirs,
        })
    };
    counted.into_iter().map(cost).collect()
}

/// A worker in an emulator that logs what it executes.
struct Counting {
    emulator: Vec<String>,
    process: Process,
    log: mpsc::Receiver<std::io::Result<Log>>,
    deadline: Instant,
}

impl Counting {
    fn start(emulator: &[String], program: &Path) -> Result<Self, CostError> {
        let (qemu, options) = emulator.split_first().expect("an emulator has a name");
        let mut command = Command::new(qemu);
        command.args(options).args(["-d", "in_asm,exec,nochain,strace"]).arg(program).arg(WORKER_COMMAND);
        command.env_remove("QUANTMARK_ORACLE");
        let (sender, log) = mpsc::channel();
        let process = Process::start(command, move |stderr| {
            let read = read(BufReader::with_capacity(1 << 20, stderr));
            let said = read.as_ref().ok().and_then(|log| log.said.last().cloned()).unwrap_or_default();
            // Nobody asks for the log of a worker that was given up.
            let _ = sender.send(read);
            said
        });
        let process =
            process.map_err(|error| CostError::Emulator { emulator: qemu.clone(), problem: error.to_string() })?;
        Ok(Self { emulator: emulator.to_vec(), process, log, deadline: Instant::now() + LIMIT })
    }

    /// Repeats an implementation's product between marks; `false` where it has none.
    fn count(&mut self, whose: &Named, task: &Task<'_>, mark: &str) -> Result<bool, CostError> {
        let prepare = Request::Prepare(remote::request(whose, task));
        self.process.ask(&prepare, &remote::payload(&task.data));
        match self.answer()? {
            Answer::Ready { .. } => {}
            _ => return Ok(false),
        }
        for times in [REPETITIONS, 2 * REPETITIONS] {
            self.process.ask(&Request::Repeat { times, mark: Some(format!("{mark}/{times}")) }, &[]);
            self.answer()?;
        }
        Ok(true)
    }

    fn answer(&mut self) -> Result<Answer, CostError> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        match self.process.answer(left) {
            Ok((answer, _)) => Ok(answer),
            Err(NoAnswer::Silent) => Err(self.wrong(format!("the count took more than {} s", LIMIT.as_secs()))),
            Err(NoAnswer::Ended) => {
                let ended = self.process.ended(left).describe();
                Err(CostError::Emulator { emulator: self.emulator.join(" "), problem: ended })
            }
        }
    }

    fn wrong(&self, problem: String) -> CostError {
        CostError::Emulator { emulator: self.emulator[0].clone(), problem }
    }

    /// Ends the worker and reads its log.
    fn finish(self) -> Result<Log, CostError> {
        let wrong = |problem: String| CostError::Emulator { emulator: self.emulator[0].clone(), problem };
        self.process.finish(self.deadline.saturating_duration_since(Instant::now()));
        let log = self.log.recv().map_err(|error| wrong(error.to_string()))?;
        let log = log.map_err(|error| wrong(error.to_string()))?;
        match log.unknown {
            0 => Ok(log),
            unknown => Err(wrong(format!("its log lacks {unknown} blocks that ran; nothing can be counted"))),
        }
    }
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

impl Log {
    /// Instructions a weight of what was repeated under a mark: the longer count less the shorter, which leaves out what
    /// starting costs.
    fn a_weight(&self, mark: &str) -> Result<f64, CostError> {
        let count = |times: u32| -> Result<u64, CostError> {
            let at = |point: &str| {
                let name = format!("{mark}/{times}/{point}");
                self.marks.get(&name).copied().ok_or(CostError::NoMark(name))
            };
            Ok(at("end")?.saturating_sub(at("begin")?))
        };
        let more = count(2 * REPETITIONS)?.saturating_sub(count(REPETITIONS)?);
        Ok(more as f64 / (f64::from(REPETITIONS) * COLS as f64))
    }
}
