//! Trying one case in this process.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::time::Instant;

use quantmark_implementations::Implementation;
use quantmark_implementations::metal::{EMULATED, EMULATED_WORD};
use quantmark_kernels::{Format, Operation};
use quantmark_machine::shell::quote;
use quantmark_record::schema::{CaseResult, Diagnosis, Level, State};

use super::case::{Case, Finding, Verdict};
use super::describe;

/// Tries one case in this process. A panic is an error; a crash is a crash.
pub fn try_case(case: &Case, subject: &dyn Implementation, backend: &str, reproduce: &str) -> CaseResult {
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
