//! Statements of the literature, held against what was measured. The statements and how each is checked are data, in
//! `suites/claims/`.

mod check;
mod file;
mod finding;
mod quality;
mod size;
mod speed;

use quantmark_record::digest::Digest;

pub use file::{Check, Claim, ClaimFile, claim_files};
pub use finding::{Finding, Holds};

/// A statement and what was measured of it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Judged {
    /// Names the claim.
    pub name: String,
    /// The statement.
    pub statement: String,
    /// Who says so, and where.
    pub source: String,
    /// What became of it: it holds where every check of it does.
    pub verdict: Holds,
    /// What the statement was held against where it says so of none, and for which of them it is true: `F16`, `F32`.
    pub baseline: String,
    /// The measured values.
    pub measured: String,
}

/// Every claim, in the order of the files, held against records. What a machine cannot change is taken from the record
/// that measured most models; speed is judged on every machine.
pub fn judge(digests: &[&Digest]) -> Vec<Judged> {
    let files = claim_files();
    let claims = files.iter().flat_map(|file| file.claims.iter().map(|claim| (&file.source, claim)));
    claims.map(|(source, claim)| judged(source, claim, digests)).collect()
}

fn judged(source: &str, claim: &Claim, digests: &[&Digest]) -> Judged {
    let findings: Vec<Finding> = claim.checks.iter().map(|check| check::find(check, digests)).collect();
    let texts = |text: fn(&Finding) -> &str| {
        let mut texts: Vec<&str> = findings.iter().map(text).filter(|text| !text.is_empty()).collect();
        texts.dedup();
        texts.join("; ")
    };
    Judged {
        name: claim.name.clone(),
        statement: claim.statement.clone(),
        source: source.to_owned(),
        verdict: Holds::all(findings.iter().map(|finding| finding.holds)),
        baseline: texts(|finding| &finding.baseline),
        measured: texts(|finding| &finding.measured),
    }
}
