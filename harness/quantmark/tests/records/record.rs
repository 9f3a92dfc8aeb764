//! Records: what is written is read, what is torn is recognised, what is hostile is refused in one line.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::{BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use proptest::prelude::*;
use quantmark_record::conditions::Conditions;
use quantmark_record::schema::{Footer, Line, State};
use quantmark_record::{Document, Reader, Record, RecordError, Resume, Writer};

use crate::sample;

fn read(bytes: &[u8]) -> (Vec<Line>, u64, Option<RecordError>) {
    let mut reader = Reader::new(Path::new("run.jsonl"), BufReader::new(bytes));
    let mut lines = Vec::new();
    let mut problem = None;
    for line in &mut reader {
        match line {
            Ok(line) => lines.push(line),
            Err(error) => problem = Some(error),
        }
    }
    (lines, reader.torn(), problem)
}

fn problem(bytes: &[u8]) -> String {
    read(bytes).2.expect("the record must be refused").to_string()
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    let record = sample::record();
    let mut writer = Writer::create(&path, record.header.clone()).unwrap();
    for line in sample::lines(&record).into_iter().skip(1).filter(|line| !matches!(line, Line::Footer(_))) {
        writer.append(line).unwrap();
    }
    let unfinished = Record::read(&path).unwrap();
    assert!(!unfinished.is_complete());
    let footer = writer.finish(&Conditions { clock_mhz: Some(1), ..Conditions::default() }).unwrap();
    let again = Record::read(&path).unwrap();
    assert_eq!(again.footer, Some(footer));
    assert_eq!(again.summary(), record.summary());
    assert_eq!(Record { footer: None, ..again }, unfinished);
    assert_eq!(unfinished, Record { footer: None, ..record });
}

#[test]
fn a_record_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    drop(Writer::create(&path, sample::header()).unwrap());
    let before = fs::read(&path).unwrap();
    assert!(Writer::create(&path, sample::header()).is_err());
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_writer_refuses_what_a_reader_would() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    let record = sample::small();
    let mut writer = Writer::create(&path, record.header.clone()).unwrap();
    writer.append(record.cases[0].clone()).unwrap();
    let before = fs::read(&path).unwrap();
    assert!(writer.append(record.cases[0].clone()).unwrap_err().to_string().contains("in the record already"));
    let mut measurement = record.measurements[0].clone();
    measurement.samples[2] = f64::NAN;
    assert!(writer.append(measurement).unwrap_err().to_string().contains("samples is NaN"));
    assert!(writer.append(sample::lines(&record).swap_remove(0)).unwrap_err().to_string().contains("second header"));
    assert_eq!(fs::read(&path).unwrap(), before);
    writer.append(record.measurements[0].clone()).unwrap();
    writer.finish(&Conditions::default()).unwrap();
    assert_eq!(Record::read(&path).unwrap().done().len(), 2);
}

#[test]
fn a_killed_run_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    let record = sample::small();
    let mut writer = Writer::create(&path, record.header.clone()).unwrap();
    writer.append(record.cases[0].clone()).unwrap();
    writer.append(record.sizes[0].clone()).unwrap();
    drop(writer);
    OpenOptions::new().append(true).open(&path).unwrap().write_all(br#"{"line":"case","id":"L1/q4_"#).unwrap();

    let Resume::Unfinished { mut writer, record: half } =
        Writer::resume(&path, &record.header, &Conditions::default()).unwrap()
    else {
        panic!("the record has no footer");
    };
    let done = half.done();
    assert_eq!(done.len(), 2);
    assert!(done.contains(&record.cases[0].id) && done.contains(&format!("size/{}", record.sizes[0].format)));
    assert!(matches!(Writer::resume(&path, &record.header, &Conditions::default()), Err(RecordError::Busy { .. })));
    for case in record.cases.iter().filter(|case| !done.contains(&case.id)) {
        writer.append(case.clone()).unwrap();
    }
    let footer = writer.finish(&Conditions::default()).unwrap();
    assert_eq!(footer.summary, record.summary());

    let whole = Record::read(&path).unwrap();
    assert_eq!(whole.cases, record.cases);
    assert_eq!(whole.resumed.len(), 1);
    assert_eq!(whole.resumed[0].dropped, 27);
    assert!(footer.seconds >= whole.resumed[0].seconds);
    let again = Writer::resume(&path, &record.header, &Conditions::default()).unwrap();
    assert!(matches!(again, Resume::Complete(complete) if *complete == whole));
}

/// The test starts itself as the process to kill; the variable names the record that it then writes.
#[test]
fn a_killed_process_leaves_a_record_to_resume() {
    const VARIABLE: &str = "QUANTMARK_TEST_RECORD";
    let results = |n: u64| {
        let mut case = sample::small().cases.swap_remove(0);
        case.id = format!("L1/q4_0/scalar/dequantize/{n}");
        case
    };
    if let Some(path) = env::var_os(VARIABLE) {
        let mut writer = Writer::create(Path::new(&path), sample::header()).unwrap();
        (0..u64::MAX).for_each(|n| writer.append(results(n)).unwrap());
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "record::a_killed_process_leaves_a_record_to_resume"])
        .env(VARIABLE, &path)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while fs::metadata(&path).map_or(0, |metadata| metadata.len()) < 50_000 {
        assert_eq!(child.try_wait().unwrap(), None, "the writer must not end by itself");
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let resumed = Writer::resume(&path, &sample::header(), &Conditions::default()).unwrap();
    let Resume::Unfinished { mut writer, record } = resumed else { panic!("the record has no footer") };
    let done = record.cases.len() as u64;
    assert!(done > 10 && record.done().contains(&results(done - 1).id));
    writer.append(results(done)).unwrap();
    assert_eq!(writer.finish(&Conditions::default()).unwrap().summary.total, done + 1);
    assert!(Record::read(&path).unwrap().is_complete());
}

#[test]
fn another_run_is_not_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    drop(Writer::create(&path, sample::header()).unwrap());
    let before = fs::read(&path).unwrap();
    let refused = |change: fn(&mut quantmark_record::schema::Header)| {
        let mut header = sample::header();
        change(&mut header);
        let error = Writer::resume(&path, &header, &Conditions::default()).unwrap_err().to_string();
        error.rsplit_once("run.jsonl: ").unwrap().1.to_owned()
    };
    let problems = [
        refused(|header| header.plan.push("seed=2".into())),
        refused(|header| header.environment.cpu = "other\nCPU".into()),
        refused(|header| header.environment.program = None),
        refused(|header| header.implementations.truncate(1)),
    ];
    insta::assert_snapshot!("refused_to_resume", problems.join("\n"));
    assert_eq!(fs::read(&path).unwrap(), before);
    let mut warmer = sample::header();
    warmer.environment.temperature = Some(80.0);
    warmer.environment.load = None;
    assert!(Writer::resume(&path, &warmer, &Conditions::default()).is_ok());
}

#[test]
fn unexpected_passes_are_failures() {
    let record = sample::record();
    let summary = record.summary();
    let of = |state: State| record.cases.iter().filter(|case| case.state == state).count() as u64;
    assert_eq!(summary.fail, of(State::Fail) + of(State::UnexpectedPass));
    assert!(of(State::UnexpectedPass) > 0 && of(State::ExpectedFail) > 0);
    let parts = summary.pass + summary.failures() + summary.unsupported + summary.skipped + summary.expected_fail;
    assert_eq!((summary.total, parts), (record.cases.len() as u64, record.cases.len() as u64));
    assert_eq!(Document::from(&record).failures.len() as u64, summary.failures());
}

#[test]
fn a_wrong_answer_and_an_emulator_have_no_speed() {
    let record = sample::record();
    let formats = |record: &Record| -> Vec<String> {
        Document::from(record).measurements.into_iter().map(|measurement| measurement.format).collect()
    };
    let shown = formats(&record);
    assert!(shown.contains(&"q4_K".to_owned()));
    assert!(["iq3_xxs", "tq1_0", "nvfp4", "q5_1"].iter().all(|wrong| !shown.contains(&(*wrong).to_owned())));
    let mut emulated = record;
    emulated.header.environment.emulated = true;
    assert!(formats(&emulated).is_empty());
}

#[test]
fn bad_records_are_named_by_file_line_and_problem() {
    let good = String::from_utf8(sample::jsonl(&sample::small())).unwrap();
    let lines: Vec<&str> = good.lines().collect();
    let with = |index: usize, line: &str| {
        let mut lines = lines.clone();
        lines[index] = line;
        problem((lines.join("\n") + "\n").as_bytes())
    };
    let footer = lines.len() - 1;
    let timing = lines.iter().rposition(|line| line.contains(r#""line":"measurement""#)).unwrap();
    let instead = |key: &str, value: &str| lines[timing].replace(key, &format!("{key}{value},\"x\":"));
    let problems = [
        problem(b""),
        problem(br#"{"line":"header""#),
        problem(b"id,state\n"),
        problem(b"{\"line\":\"header\",\"schema\":2,\"news\":[]}\n"),
        problem(b"{\"line\":\"header\"}\n"),
        problem(format!("{}\n", lines[1]).as_bytes()),
        with(1, lines[0]),
        with(2, lines[1]),
        with(2, "{}"),
        with(2, "\u{1b}[31m"),
        with(2, r#"{"line":"\u001b[31m\n"}"#),
        with(2, ""),
        with(2, &"[".repeat(1000)),
        with(footer - 1, lines[footer]),
        with(timing, &instead("\"median\":", "-1")),
        with(timing, &instead("\"median\":", "1e999")),
        with(timing, &instead("\"low\":", "1e300")),
        with(timing, &instead("\"samples\":", "[]")),
        problem((good.clone() + lines[1] + "\n").as_bytes()),
    ];
    insta::assert_snapshot!("bad_records", problems.join("\n"));
}

/// A footer is what says that nothing is missing.
#[test]
fn a_lost_line_is_noticed() {
    let good = String::from_utf8(sample::jsonl(&sample::small())).unwrap();
    let count = good.lines().count();
    for lost in (1..count - 1).filter(|index| !good.lines().nth(*index).unwrap().contains("\"line\":\"size\"")) {
        let rest: String =
            good.lines().enumerate().filter(|(index, _)| *index != lost).map(|(_, line)| format!("{line}\n")).collect();
        assert!(problem(rest.as_bytes()).contains("the footer counts"), "line {lost}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Wherever a writer is killed, readers get every whole line, and know how much is torn.
    #[test]
    fn a_cut_record_gives_its_whole_lines(share in 0.0f64..1.0) {
        let record = sample::small();
        let bytes = sample::jsonl(&record);
        let first = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let cut = first + ((bytes.len() - first) as f64 * share) as usize;
        let (lines, torn, problem) = read(&bytes[..cut]);
        prop_assert!(problem.is_none());
        let whole = bytes[..cut].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
        prop_assert_eq!(torn, (cut - whole) as u64);
        prop_assert_eq!(&lines[..], &sample::lines(&record)[..lines.len()]);
        prop_assert_eq!(lines.len(), bytes[..cut].iter().filter(|byte| **byte == b'\n').count());
    }

    /// Damage is read as something else or refused with one line; it never panics.
    #[test]
    fn a_damaged_record_is_refused_in_one_line(damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = sample::jsonl(&sample::small());
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(problem) = read(&bytes).2 {
            let text = problem.to_string();
            prop_assert!(text.starts_with("run.jsonl: line ") && text.chars().all(|c| !c.is_control()), "{text}");
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(read(&bytes).2.is_some());
    }

    /// Any text and any number that may be in a record comes back as it was.
    #[test]
    fn texts_and_numbers_survive(text in any::<String>(), samples in prop::collection::vec(1e-300f64..1e300, 1..9)) {
        let mut record = sample::small();
        record.cases[0].reason = Some(text.clone());
        record.header.environment.device = text;
        record.measurements[0].samples = samples;
        let (lines, ..) = read(&sample::jsonl(&record));
        prop_assert_eq!(lines, sample::lines(&record));
    }
}

#[test]
fn a_footer_alone_is_complete() {
    let mut record = Record::begin(sample::header());
    record.resumed.push(sample::resumed());
    record.footer = Some(Footer { measurements: 0, summary: record.summary(), ..sample::footer(&record) });
    let (lines, torn, problem) = read(&sample::jsonl(&record));
    assert_eq!((lines.len(), torn, problem.is_none()), (3, 0, true));
}
