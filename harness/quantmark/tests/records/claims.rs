//! Statements of the literature, held against the sample.

use quantmark_record::Record;
use quantmark_record::digest::Digest;
use quantmark_verdict::claims;
use quantmark_verdict::claims::Holds;

use super::sample;

fn judged(record: &Record) -> Vec<claims::Judged> {
    claims::judge(&[&Digest::from(record)])
}

fn verdict(record: &Record, name: &str) -> Holds {
    judged(record).into_iter().find(|claim| claim.name == name).unwrap().verdict
}

#[test]
fn each_statement_has_its_verdict_and_its_numbers() {
    let lines: String = judged(&sample::record())
        .iter()
        .map(|claim| format!("{}: {}, against {}: {}\n", claim.name, claim.verdict, claim.baseline, claim.measured))
        .collect();
    insta::assert_snapshot!("claims", lines);
}

#[test]
fn a_record_that_says_otherwise_turns_the_verdict() {
    let mut record = sample::record();
    assert_eq!(verdict(&record, "q4_0-size"), Holds::Held);
    for row in record.sizes.iter_mut().filter(|row| row.format == "q4_0") {
        row.bits_per_weight *= 3.0;
    }
    assert_eq!(verdict(&record, "q4_0-size"), Holds::NotHeld);
    record.sizes.clear();
    assert_eq!(verdict(&record, "q4_0-size"), Holds::NotMeasurable);
}

#[test]
fn no_record_measures_nothing() {
    assert!(claims::judge(&[]).iter().all(|claim| claim.verdict == Holds::NotMeasurable));
}
