//! A device in the list of all of them.

use quantmark_record::digest::Digest;

use super::verdict::Verdict;

/// A row of the devices, of which there may be thousands.
#[derive(Clone, Debug)]
pub(super) struct DeviceRow {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) cpu: String,
    pub(super) style: &'static str,
    pub(super) verdict: String,
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) timings: u64,
    pub(super) started: String,
}

impl DeviceRow {
    pub(super) fn of(digest: &Digest, slug: &str) -> Self {
        let verdict = Verdict::of(digest);
        Self {
            slug: slug.to_owned(),
            name: digest.device(),
            cpu: digest.header.environment.cpu.clone(),
            style: verdict.style(),
            verdict: format!("{} {}", verdict.symbol(), verdict.headline(digest)),
            passed: digest.summary.pass,
            failed: digest.summary.failures(),
            timings: digest.shown().count() as u64,
            started: digest.header.started.clone(),
        }
    }
}
