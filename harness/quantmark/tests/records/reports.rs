//! Reports: what they say is a snapshot, what they must never say is a check.

use quantmark_record::Record;
use quantmark_report::{cases_csv, junit_xml, measurements_csv, models_csv, ratio_tables, sizes_csv, summary};
use quantmark_verdict::comparison::Comparison;

use crate::sample;

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn csv_tables() {
    let record = sample::small();
    insta::assert_snapshot!("cases_csv", text(cases_csv(&record)));
    insta::assert_snapshot!("measurements_csv", text(measurements_csv(&record)));
    insta::assert_snapshot!("models_csv", text(models_csv(&record)));
    insta::assert_snapshot!("sizes_csv", text(sizes_csv(&record)));
}

#[test]
fn csv_cells_are_inert_in_spreadsheets() {
    let mut record = sample::small();
    record.cases[0].reason = Some("=HYPERLINK(\"x\")".into());
    record.cases[1].reason = Some("-1.5".into());
    let table = text(cases_csv(&record));
    assert!(table.contains("\"'=HYPERLINK(\"\"x\"\")\"") && table.contains(",-1.5,"), "{table}");
}

#[test]
fn junit() {
    insta::assert_snapshot!("junit", junit_xml(&sample::small()));
    let mut cut = sample::small();
    cut.footer = None;
    assert!(junit_xml(&cut).contains("the run was cut short"));
}

#[test]
fn emulated_timings_are_never_a_speed() {
    let mut record = sample::small();
    record.header.environment.emulated = true;
    for measurement in &mut record.measurements {
        measurement.median = 7.77e9;
    }
    for row in &mut record.models {
        (row.pp512, row.tg128) = (Some(7.77e3), Some(7.77e3));
    }
    assert!(!text(measurements_csv(&record)).contains("777") && !text(models_csv(&record)).contains("777"));
    assert!(!summary(&record).contains("7.77"));
    // Counts of instructions are no times.
    record.measurements[0].unit = "instructions/weight".into();
    assert!(text(measurements_csv(&record)).contains("777"));
}

#[test]
fn ratios() {
    let mut record = sample::small();
    insta::assert_snapshot!("ratios", ratio_tables(std::slice::from_ref(&record)));
    record.models[0].model = "<script>|".into();
    assert!(ratio_tables(&[record]).contains("## &#60;script&#62;&#124;"));
}

fn later() -> Record {
    let mut later = sample::small();
    later.header.run = "lab-07-2026-11-25T05:00:00Z".into();
    later.header.environment.commit = Some("cf7e292".into());
    later.header.environment.dirty = Some(true);
    for case in &mut later.cases {
        match case.id.as_str() {
            "L3/iq3_xxs/avx2/dot/outlier_columns" => {
                (case.state, case.diagnosis) = (quantmark_record::schema::State::Pass, None)
            }
            "L3/q4_K/avx2/dot/gaussian" => {
                (case.state, case.diagnosis) = (quantmark_record::schema::State::Fail, Some(sample::wrong_dot()));
            }
            _ => {}
        }
    }
    later.cases.retain(|case| case.id != "L1/q4_K/scalar/dequantize/gaussian");
    later
}

#[test]
fn comparison_of_checks() {
    let comparison = Comparison::of(&sample::small(), &later()).unwrap();
    assert!(!comparison.held);
    insta::assert_snapshot!("comparison", comparison.to_string());
}

#[test]
fn comparison_of_speed() {
    let earlier = sample::record();
    let mut later = sample::record();
    for measurement in &mut later.measurements {
        let factor = match measurement.id.as_str() {
            id if id.starts_with("dot/dot/q4_K/") => 0.7,
            id if id.starts_with("dot/dot/q6_K/") => 1.4,
            _ => 1.0,
        };
        measurement.median *= factor;
        measurement.samples.iter_mut().for_each(|sample| *sample *= factor);
    }
    let comparison = Comparison::of(&earlier, &later).unwrap();
    let text = comparison.to_string();
    let changed: String = text
        .lines()
        .filter(|line| line.starts_with("  dot/") && ["slower", "faster"].iter().any(|word| line.contains(word)))
        .map(|line| format!("{line}\n"))
        .collect();
    insta::assert_snapshot!("comparison_of_speed", changed);
    assert!(!comparison.held);
    assert!(Comparison::of(&earlier, &earlier).unwrap().held);

    later.header.environment.cpu = "another".into();
    let comparison = Comparison::of(&earlier, &later).unwrap();
    assert!(comparison.held && comparison.to_string().contains("not judged: other machine"));
    assert_eq!(Comparison::of(&earlier, &Record::begin(sample::header())), None);
}
