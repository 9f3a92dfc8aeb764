//! Subjects that crash, hang, or touch memory that is not theirs, through the worker protocol. The test program is its
//! own worker, so it has no test harness.

use std::io;
use std::time::Duration;

use quantmark_conformance::filter::Filter;
use quantmark_conformance::supervisor::supervise;
use quantmark_conformance::worker::serve;
use quantmark_implementations::process::WorkerProgram;
use quantmark_implementations::protocol::{Job, Named, Request};
use quantmark_implementations::{Implementation, OurBackend, Refusal};
use quantmark_kernels::{Backend, Format, MatmulShape, Operation};
use quantmark_record::schema::{CaseResult, State};

const WORKER: &str = "worker";

fn main() {
    if std::env::args().nth(1).as_deref() == Some(WORKER) {
        let mut output = io::stdout().lock();
        serve(io::stdin(), &mut output, &|what| Ok(Box::new(Hostile::named(&what.name)?))).expect("the parent lives");
        return;
    }
    // Asked by tools that list tests; there is nothing to list.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let tests: &[(&str, fn())] = &[
        ("a crash is an error with its signal, and the worker goes on", crash),
        ("a panic is an error with its message", panic),
        ("reading one byte too far is a signal", overread),
        ("writing one number too far is a signal", overwrite),
        ("a hang is a timeout, and the worker goes on", hang),
        ("a worker that cannot begin says why", refusal),
        ("a program that is none is an error", absent),
        ("a worker ends with its parent", orphan),
    ];
    for (name, test) in tests {
        print!("test {name} ... ");
        test();
        println!("ok");
    }
}

fn results(backend: &str, cases: &[&str], operation: &str) -> Vec<CaseResult> {
    let program = WorkerProgram {
        program: std::env::current_exe().expect("the system knows the program"),
        arguments: vec![WORKER.to_owned()],
    };
    let mut results = Vec::new();
    supervise(vec![job(backend, cases, operation)], &program, 2, &mut |result| results.push(result));
    results
}

fn job(backend: &str, cases: &[&str], operation: &str) -> Job {
    Job {
        format: "q4_0".to_owned(),
        implementation: Named { name: backend.to_owned(), libraries: None },
        filter: Filter {
            cases: cases.iter().map(|case| (*case).to_owned()).collect(),
            operations: vec![operation.to_owned()],
            ..Filter::default()
        },
        files: Vec::new(),
        generated: true,
        against: None,
        reproduce: "--no-reference".to_owned(),
        time_limit: Some(if backend == "hang" { 0.5 } else { 60.0 }),
        start: 0,
    }
}

#[track_caller]
fn assert_results(results: &[CaseResult], expected: &[(&str, State, &str)]) {
    let got: Vec<_> = results.iter().map(|result| (result.case.as_str(), result.state)).collect();
    assert_eq!(got, expected.iter().map(|(case, state, _)| (*case, *state)).collect::<Vec<_>>(), "{results:?}");
    for (result, (.., words)) in results.iter().zip(expected) {
        let reason = result.reason.as_deref().unwrap_or_default();
        assert!(reason.contains(words), "{reason}");
    }
}

fn crash() {
    let got = results("crash", &["determinism.*", "sizes.blocks", "overwrite.*"], "dot");
    let expected = [
        ("sizes.blocks", State::Error, "SIGABRT"),
        ("overwrite.fills", State::Pass, ""),
        ("determinism.repeats", State::Pass, ""),
    ];
    assert_results(&got, &expected);
    let again = "again: cargo xtask conform --format q4_0 --backend crash --level L3 --operation dot --case sizes.blocks \
                 --no-reference";
    assert!(got[0].reason.as_ref().unwrap().ends_with(again), "{got:?}");
}

fn panic() {
    let got = results("panic", &["determinism.*"], "dot");
    assert_results(&got, &[("determinism.repeats", State::Error, "panicked: a row of 64")]);
}

fn overread() {
    let got = results("overread", &["guards.*", "determinism.*"], "dot");
    let expected = [
        ("guards.end", State::Error, "SIG"),
        ("guards.start", State::Pass, ""),
        ("determinism.repeats", State::Pass, ""),
    ];
    assert_results(&got, &expected);
}

fn overwrite() {
    let got = results("overwrite", &["guards.*"], "matvec");
    assert_results(&got, &[("guards.end", State::Error, "SIG"), ("guards.start", State::Pass, "")]);
}

fn hang() {
    let got = results("hang", &["determinism.*", "sizes.long"], "dot");
    assert_results(&got, &[("sizes.long", State::Timeout, "killed after"), ("determinism.repeats", State::Pass, "")]);
}

fn refusal() {
    let got = results("unheard-of", &[], "dot");
    assert_results(&got, &[("worker.0", State::Error, "no hostile subject")]);
}

fn absent() {
    let program = WorkerProgram { program: "/nonexistent/quantmark".into(), arguments: Vec::new() };
    let mut results = Vec::new();
    supervise(vec![job("crash", &[], "dot")], &program, 1, &mut |result| results.push(result));
    assert_results(&results, &[("worker.0", State::Error, "the worker does not start")]);
}

fn orphan() {
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg(WORKER)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let request = Request::Check { job: Box::new(job("hang", &["sizes.long"], "dot")) };
    let line = serde_json::to_string(&request).unwrap() + "\n";
    input.write_all(line.as_bytes()).unwrap();
    let mut first = [0];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

/// A subject that is right except in one terrible way.
struct Hostile {
    way: Way,
    base: OurBackend,
}

#[derive(PartialEq)]
enum Way {
    Crash,
    Panic,
    Overread,
    Overwrite,
    Hang,
}

impl Hostile {
    fn named(name: &str) -> Result<Self, String> {
        let way = match name {
            "crash" => Way::Crash,
            "panic" => Way::Panic,
            "overread" => Way::Overread,
            "overwrite" => Way::Overwrite,
            "hang" => Way::Hang,
            _ => return Err(format!("no hostile subject is named {name}")),
        };
        Ok(Self { way, base: OurBackend::new(Backend::Scalar.detect().expect("every machine has it")) })
    }
}

impl Implementation for Hostile {
    fn name(&self) -> &str {
        "scalar"
    }

    fn supports(&self, format: Format, operation: Operation) -> bool {
        self.base.supports(format, operation)
    }

    fn repeats_dot(&self) -> bool {
        false
    }

    fn quantize(&self, format: Format, row: &[f32], blocks: &mut [u8]) -> Result<(), Refusal> {
        self.base.quantize(format, row, blocks)
    }

    fn quantize_weighted(&self, format: Format, row: &[f32], weight: &[f32], blocks: &mut [u8]) -> Result<(), Refusal> {
        self.base.quantize_weighted(format, row, weight, blocks)
    }

    fn dequantize(&self, format: Format, blocks: &[u8], out: &mut [f32]) -> Result<(), Refusal> {
        self.base.dequantize(format, blocks, out)
    }

    fn dot(&self, format: Format, cols: usize, weights: &[u8], activation: &[u8]) -> Result<f32, Refusal> {
        match self.way {
            Way::Crash if cols == 160 => std::process::abort(),
            Way::Panic => panic!("a row of {cols}"),
            Way::Hang if cols > 2048 => std::thread::sleep(Duration::from_secs(3600)),
            Way::Overread => {
                // SAFETY: none; reading beyond the end is the defect that a guard page must turn into a signal.
                let beyond = unsafe { weights.as_ptr().wrapping_add(weights.len()).read_volatile() };
                std::hint::black_box(beyond);
            }
            _ => {}
        }
        self.base.dot(format, cols, weights, activation)
    }

    fn matvec(&self, format: Format, cols: usize, w: &[u8], activation: &[u8], out: &mut [f32]) -> Result<(), Refusal> {
        // The buffers of other cases have no guard, and what lies behind them is not this test's to destroy.
        let at_guard = out.as_ptr_range().end.addr().is_multiple_of(4096);
        if self.way == Way::Overwrite && at_guard {
            // SAFETY: none; writing beyond the end is the defect that a guard page must turn into a signal.
            unsafe { out.as_mut_ptr().wrapping_add(out.len()).write_volatile(1.0) };
        }
        self.base.matvec(format, cols, w, activation, out)
    }

    fn matmul(&self, f: Format, shape: MatmulShape, w: &[u8], a: &[u8], out: &mut [f32]) -> Result<(), Refusal> {
        self.base.matmul(f, shape, w, a, out)
    }
}
