//! Checks of what quantizing costs.

use quantmark_record::digest::Digest;
use quantmark_record::number::{change, digits};
use quantmark_record::schema::ModelRow;

use super::Finding;

fn row<'a>(digest: &'a Digest, file_type: &str) -> Option<&'a ModelRow> {
    digest.models.iter().find(|row| row.file_type == file_type)
}

fn missing(file_type: &str) -> Finding {
    Finding::missing(&format!("no model in {file_type} was measured"))
}

/// Whether perplexity and divergence stay below limits, against the model before quantizing.
pub(super) fn kept(digest: &Digest, file_type: &str, perplexity: f64, kld: f64) -> Finding {
    let Some(row) = row(digest, file_type) else { return missing(file_type) };
    let factor = row.perplexity / row.base_perplexity;
    let measured = format!(
        "{file_type}: perplexity {}, KLD {}, same top token {:.1} %, against {}",
        change(factor),
        digits(row.kld_mean),
        row.same_top * 100.0,
        row.model
    );
    Finding::new((factor - 1.0).abs() <= perplexity && row.kld_mean <= kld, measured)
}

/// Whether a file type diverges less, or more, than each of others.
pub(super) fn ordered(digest: &Digest, file_type: &str, others: &[String], closer: bool) -> Finding {
    let Some(own) = row(digest, file_type) else { return missing(file_type) };
    let found: Vec<&ModelRow> = others.iter().filter_map(|name| row(digest, name)).collect();
    if found.len() < others.len() {
        return missing(&others.join(", "));
    }
    let texts: Vec<String> =
        found.iter().map(|other| format!("{} {}", other.file_type, digits(other.kld_mean))).collect();
    let measured = format!("KLD {} {}, {}", file_type, digits(own.kld_mean), texts.join(", "));
    let right = |other: &&ModelRow| (own.kld_mean < other.kld_mean) == closer;
    Finding::new(found.iter().all(right), measured)
}

/// Whether no other file type both generates faster and diverges less.
pub(super) fn on_the_front(digest: &Digest, file_type: &str, among: &[String]) -> Finding {
    let speed = |row: &ModelRow| row.tg128;
    let Some((own, rate)) = row(digest, file_type).and_then(|row| Some((row, speed(row)?))) else {
        return Finding::missing(&format!("no speed of a model in {file_type}"));
    };
    let others = among.iter().filter(|name| *name != file_type).filter_map(|name| row(digest, name));
    let better: Vec<String> = others
        .filter(|other| speed(other).is_some_and(|other| other > rate) && other.kld_mean < own.kld_mean)
        .map(|other| {
            let rate = speed(other).unwrap_or_default();
            format!("{} ({} tokens/s, KLD {})", other.file_type, digits(rate), digits(other.kld_mean))
        })
        .collect();
    let own = format!("{file_type} {} tokens/s, KLD {}", digits(rate), digits(own.kld_mean));
    let measured = match better.len() {
        0 => format!("{own}; none of the others is faster and closer"),
        _ => format!("{own}; faster and closer: {}", better.join(", ")),
    };
    Finding::new(better.is_empty(), measured)
}
