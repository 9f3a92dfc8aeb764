//! JUnit XML of a record: one suite a format and backend, one test a case.

use std::collections::BTreeMap;
use std::time::Duration;

use quantmark_record::Record;
use quantmark_record::formats::rank;
use quantmark_record::number;
use quantmark_record::schema::{CaseResult, Diagnosis, Judgement, Measurement, State, Verdict};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// Renders the cases. A run that was cut short holds one more test, which fails: CI must not take it for a whole one.
pub fn junit_xml(record: &Record) -> String {
    let mut report = Report::new(record.header.run.clone());
    let mut suites: BTreeMap<_, Vec<&CaseResult>> = BTreeMap::new();
    for case in &record.cases {
        suites.entry((rank(&case.format), &case.backend)).or_default().push(case);
    }
    for ((_, backend), cases) in suites {
        let mut suite = TestSuite::new(format!("{}/{backend}", cases[0].format));
        suite.add_test_cases(cases.iter().map(|case| test(case)));
        report.add_test_suite(suite);
    }
    let judged = record.measurements.iter().filter_map(|timing| Some((timing, timing.judgement.as_ref()?)));
    let tests: Vec<TestCase> = judged.map(|(timing, judgement)| series(timing, judgement)).collect();
    if !tests.is_empty() {
        let mut suite = TestSuite::new("history");
        suite.add_test_cases(tests);
        report.add_test_suite(suite);
    }
    if !record.is_complete() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type("incomplete").set_message("the run was cut short: the record has no footer");
        let mut suite = TestSuite::new("run");
        suite.add_test_case(TestCase::new("the run came to its end", status));
        report.add_test_suite(suite);
    }
    report.to_string().expect("memory takes every report")
}

/// A timing against its history: slower is a failure, a series that is too short is skipped.
fn series(timing: &Measurement, judgement: &Judgement) -> TestCase {
    let mut status = match judgement.verdict {
        Verdict::Slower => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::NotJudged => TestCaseStatus::skipped(),
        Verdict::Faster | Verdict::Same => TestCaseStatus::success(),
    };
    if judgement.verdict != Verdict::Same {
        let found = judgement.change.zip(judgement.threshold).map(|(change, threshold)| {
            format!("{} of its level, the threshold is {}", number::change(change), number::percent(threshold))
        });
        let said = judgement.reason.clone().or(found).unwrap_or_default();
        status.set_message(format!("{}: {said}", judgement.verdict));
    }
    let mut test = TestCase::new(timing.id.clone(), status);
    test.set_classname("history");
    test
}

fn test(case: &CaseResult) -> TestCase {
    let mut test = TestCase::new(format!("{}/{}/{}", case.level, case.operation, case.case), status(case));
    test.set_classname(format!("{}.{}", case.format, case.backend));
    test.set_time(Duration::try_from_secs_f64(case.seconds).unwrap_or_default());
    test
}

fn status(case: &CaseResult) -> TestCaseStatus {
    let mut status = match case.state {
        State::Pass => return TestCaseStatus::success(),
        State::Fail | State::UnexpectedPass => TestCaseStatus::non_success(NonSuccessKind::Failure),
        State::Error | State::Timeout => TestCaseStatus::non_success(NonSuccessKind::Error),
        State::Unsupported | State::Skipped | State::ExpectedFail => TestCaseStatus::skipped(),
    };
    status.set_type(case.state.name());
    status.set_message(message(case));
    if let Some(diagnosis) = &case.diagnosis {
        status.set_description(describe(diagnosis));
    }
    status
}

fn message(case: &CaseResult) -> String {
    match (&case.reason, &case.diagnosis, case.state) {
        (Some(reason), _, State::Pass | State::Fail | State::Skipped | State::Error) => reason.clone(),
        (Some(reason), ..) => format!("{}: {reason}", case.state),
        (None, Some(Diagnosis { element, expected, got, .. }), _) => {
            format!("element {element}: expected {expected}, got {got}")
        }
        (None, None, State::UnexpectedPass) => "listed as a known failure, and passed".to_owned(),
        (None, None, state) => state.to_string(),
    }
}

fn describe(diagnosis: &Diagnosis) -> String {
    let mut lines = vec![
        format!("first wrong element: {} ({} of {} are wrong)", diagnosis.element, diagnosis.wrong, diagnosis.total),
        format!("expected: {}", diagnosis.expected),
        format!("got:      {}", diagnosis.got),
    ];
    lines.extend(diagnosis.ulp.map(|ulp| format!("distance: {ulp} ULP")));
    lines.extend(diagnosis.bound.as_ref().map(|bound| format!("bound:    {bound}")));
    lines.push(format!("block {}: {}", diagnosis.block, diagnosis.block_hex));
    lines.push(format!("decoded:  {}", diagnosis.block_decoded));
    lines.push(format!("reproduce: {}", diagnosis.reproduce));
    lines.join("\n")
}
