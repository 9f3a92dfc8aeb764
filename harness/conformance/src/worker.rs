//! The worker process: reads a job, runs its cases one after another, says what came of each.

use std::any::Any;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::time::Instant;

use quantmark_implementations::metal::{EMULATED, EMULATED_WORD};
use quantmark_implementations::subject::Subject;
use quantmark_kernels::{Format, Operation};
use quantmark_machine::shell::quote;
use quantmark_record::schema::{CaseResult, Diagnosis, Level, State};

use super::case::{Case, Finding, Verdict};
use super::protocol::{Event, Job};
use super::{catalogue, describe};

/// Finds the subject that a job names.
pub type Resolve<'a> = &'a dyn Fn(&Job) -> Result<Box<dyn Subject>, String>;

/// Does one job: reads it from `input`, writes events to `output`. When `input` ends the parent is gone, and so the
/// process ends too; when `output` is closed likewise.
///
/// # Errors
/// The first line is no job.
pub fn work(input: impl Read + Send + 'static, output: &mut impl Write, resolve: Resolve<'_>) -> io::Result<()> {
    let mut input = BufReader::new(input);
    let mut line = String::new();
    input.read_line(&mut line)?;
    let job: Job = serde_json::from_str(&line)?;
    std::thread::spawn(move || {
        // Whatever comes, it only matters when it ends.
        let _ = io::copy(&mut input, &mut io::sink());
        std::process::exit(3);
    });
    // Panics are results here, not messages of the program.
    panic::set_hook(Box::new(|_| {}));
    let mut say = |event: &Event| -> io::Result<()> {
        serde_json::to_writer(&mut *output, event)?;
        output.write_all(b"\n")?;
        output.flush()
    };
    let prepared = resolve(&job).and_then(|subject| Ok((subject, catalogue::cases(&job)?)));
    let (subject, cases) = match prepared {
        Ok(prepared) => prepared,
        Err(reason) => return say(&Event::Refuse { reason }),
    };
    for (index, case) in cases.iter().enumerate().skip(job.start) {
        say(&Event::Start {
            index,
            limit: case.limit.as_millis().try_into().unwrap_or(u64::MAX),
            level: case.level,
            operation: case.operation.name().to_owned(),
            case: case.name.clone(),
        })?;
        let result = Box::new(try_case(case, subject.as_ref(), &job.backend, &job.reproduce));
        say(&Event::End { result })?;
    }
    say(&Event::Done)
}

/// Tries one case in this process. A panic is an error; a crash is a crash.
pub fn try_case(case: &Case, subject: &dyn Subject, backend: &str, reproduce: &str) -> CaseResult {
    let mut result = blank_result(case.level, case.format, backend, case.operation, &case.name);
    if !subject.supports(case.kernel, case.operation) {
        result.state = State::Unsupported;
        result.reason = Some(format!("backend {backend} has no {} kernel for {}", case.operation, case.kernel));
        return result;
    }
    let start = Instant::now();
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| (case.check)(subject)));
    result.seconds = start.elapsed().as_secs_f64();
    let error = |reason: String| (State::Error, Some(reason));
    (result.state, result.reason) = match outcome {
        Ok(Ok(Verdict::Pass)) => (State::Pass, None),
        Ok(Ok(Verdict::Note(note))) => (State::Pass, Some(note)),
        Ok(Ok(Verdict::Skip(reason))) => (State::Skipped, Some(reason)),
        Ok(Ok(Verdict::Invalid(reason))) => error(reason),
        Ok(Ok(Verdict::Fail(finding))) => {
            let hunted = case.hunts.iter().map(|hunts| format!("the case hunts {hunts}"));
            let words: Vec<String> = finding.at.iter().cloned().chain(hunted).collect();
            result.diagnosis = Some(diagnosis(&result, *finding, reproduce));
            (State::Fail, (!words.is_empty()).then(|| words.join(". ")))
        }
        Ok(Err(refusal)) => error(refusal.to_string()),
        Err(payload) => error(format!("panicked: {}", panic_message(payload.as_ref()))),
    };
    result
}

/// A result of which only the case is known; its state is `error` until something better is.
pub fn blank_result(level: Level, format: Format, backend: &str, operation: Operation, case: &str) -> CaseResult {
    CaseResult {
        id: format!("{level:?}/{format}/{backend}/{operation}/{case}"),
        level,
        format: format.name().to_owned(),
        backend: backend.to_owned(),
        operation: operation.name().to_owned(),
        case: case.to_owned(),
        state: State::Error,
        reason: None,
        diagnosis: None,
        seconds: 0.0,
    }
}

/// The command that tries exactly this case again.
pub fn reproduce(result: &CaseResult, more: &str) -> String {
    let mut command = format!(
        "cargo xtask conform --format {} --backend {} --level {:?} --operation {} --case {}",
        result.format,
        if result.backend == EMULATED { EMULATED_WORD } else { &result.backend },
        result.level,
        result.operation,
        quote(&result.case)
    );
    if !more.is_empty() {
        command.push(' ');
        command.push_str(more);
    }
    command
}

fn diagnosis(result: &CaseResult, finding: Finding, more: &str) -> Diagnosis {
    Diagnosis {
        element: finding.element as u64,
        wrong: finding.wrong as u64,
        total: finding.total as u64,
        block: finding.block as u64,
        block_hex: hex::encode(&finding.block_bytes),
        block_decoded: describe::block(finding.block_format, &finding.block_bytes),
        expected: finding.expected,
        got: finding.got,
        ulp: finding.ulp,
        bound: finding.bound,
        reproduce: reproduce(result, more),
    }
}

fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}
