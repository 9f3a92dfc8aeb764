//! From a check to what measures it.

use quantmark_record::digest::Digest;

use super::{Check, Finding, Holds, quality, size, speed};

pub(super) fn find(check: &Check, digests: &[&Digest]) -> Finding {
    let Some(&most) = digests.iter().max_by_key(|digest| digest.models.len()) else {
        return Finding::missing("no record");
    };
    let everywhere = |find: &dyn Fn(&Digest) -> Finding| joined(digests, find);
    match check {
        Check::SizeReduction { format, share, within } => size::reduction(most, format, *share, *within),
        Check::ModelsUnder { file_type, megabytes, models } => size::models_under(file_type, *megabytes, models),
        Check::Classes { ultra_low, low, medium, scale_bits } => {
            size::classes(most, [*ultra_low, *low, *medium], *scale_bits)
        }
        Check::QualityKept { file_type, perplexity, kld } => quality::kept(most, file_type, *perplexity, *kld),
        Check::Closer { file_type, than } => quality::ordered(most, file_type, than, true),
        Check::Further { file_type, than } => quality::ordered(most, file_type, than, false),
        Check::OnTheFront { file_type, among } => everywhere(&|digest| quality::on_the_front(digest, file_type, among)),
        Check::Fastest { format, targets } => everywhere(&|digest| speed::fastest(digest, format, targets)),
        Check::FasterThanFull {} => everywhere(&speed::faster_than_full),
        Check::RunsOn { format, backend } => everywhere(&|digest| speed::runs_on(digest, format, backend)),
    }
}

/// A finding of each machine; the machine is named where there are several.
fn joined(digests: &[&Digest], find: &dyn Fn(&Digest) -> Finding) -> Finding {
    let findings: Vec<(String, Finding)> = digests.iter().map(|digest| (digest.device(), find(digest))).collect();
    let text = |(device, finding): &(String, Finding), text: &str| match findings.len() {
        _ if text.is_empty() => None,
        1 => Some(text.to_owned()),
        _ if finding.holds == Holds::NotMeasurable && digests.len() > 3 => None,
        _ => Some(format!("{device}: {text}")),
    };
    let all = |of: fn(&Finding) -> &str| {
        let texts: Vec<String> = findings.iter().filter_map(|each| text(each, of(&each.1))).collect();
        texts.join("; ")
    };
    Finding {
        holds: Holds::where_measured(findings.iter().map(|(_, finding)| finding.holds)),
        baseline: all(|finding| &finding.baseline),
        measured: all(|finding| &finding.measured),
    }
}
