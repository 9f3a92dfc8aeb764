//! How the numbers came about, and what they do not say.

use maud::{Markup, html};
use quantmark_record::digest::Digest;
use quantmark_verdict::claims;
use quantmark_verdict::claims::{Holds, Judged};

use super::contents::Column;
use super::names;
use super::page::{self, Page};

pub(super) fn render(columns: &[Column]) -> String {
    let digests: Vec<&Digest> = columns.iter().map(|column| &column.digest).collect();
    let body = html! {
        h1 { "Method and limits" }
        p.subtitle { "What was checked and measured, where, and what the numbers do not say." }
        (words())
        (environments(columns))
        (held(&claims::judge(&digests)))
    };
    page::render(&Page { title: "Method and limits", path: "method.html", scripts: &[], data: None, body })
}

fn words() -> Markup {
    html! {
        section {
            h2 { "Checks" }
            p { "Expected values come from the reference's own libraries at a pinned version, never from the kernels that are checked. Dequantizing must agree bit for bit, quantizing byte for byte. A dot product must have its integer stage exact and its float stage within a bound that follows from the number of roundings, against the value in double precision. Each backend runs in a process of its own, so a crash is a row of the table and not the end of the run." }
            p { "A check that was not run says why. An unexpected pass, where a known failure was listed, counts as a failure: the list is then wrong." }
            h2 { "Timings" }
            p { "Only formats whose checks hold are timed, alone on the machine as far as the program can see to it, in several looks with buffers made anew and other timings between them. Buffers start at fixed places within a page: where an allocator happens to put them can decide by twofold how fast a kernel is. The record keeps every sample; the tables show the median, the median absolute deviation (MAD) and a 95 % percentile bootstrap interval of the median. Few samples make the interval narrower than it should be." }
            p { "Ratios compare samples taken in turn, pair by pair, so what disturbs the machine disturbs both sides: with llama.cpp in one process, with ik_llama.cpp, whose library would clash with it, in one process each. A coloured ratio has an interval that leaves out 1." }
            p { "The share of the roof is the rate at which quantized weights are read, over the read bandwidth of memory measured in the same run. It is given where the weights are larger than the last cache. Of several shapes of an operation the tables show the largest." }
            p { "Under an emulator times say nothing about a machine: they are taken away before a page is made. Counts of instructions stay." }
            h2 { "Quality" }
            p { "Each file type is made from the same model as llama-quantize makes it and run by the kernels that were checked. Perplexity follows llama-perplexity: windows that do not overlap, each read from its beginning, the predictions of the second half counted; the error is the standard error over predictions. Divergence is taken at the same predictions from the model before quantizing, in one pass; of that model from itself it is exactly zero. File types whose difference in perplexity is below the error are told apart by divergence, which is paired." }
            h2 { "The pick" }
            p { "Tokens per second of a known model are projected: its matrices in the mixture of the file type, each format at the rate measured for weights from memory, one after the other. Attention, sampling and the cache of keys and values are left out, so a projection is an upper bound of what these kernels reach; beside it stands how the same projection compares with models that were really run on the device." }
            h2 { "Limits" }
            ul {
                li { "One run knows the noise within itself and not that from day to day." }
                li { "Rates of kernels are not those of models. Those of a small model show the order of file types on a machine, not what a large model reaches." }
                li { "What quantizing costs depends on the model: larger ones lose less. The order of file types carries over better than the numbers." }
                li { "A check proves its inputs alone. Formats whose every code point was tried are still only as sure as their cases." }
                li { "Intervals say how well the median is known on this machine in this state, not on another machine of its kind." }
            }
        }
    }
}

fn environments(columns: &[Column]) -> Markup {
    html! {
        section aria-labelledby="devices" {
            h2 #devices { "Devices" }
            @for column in columns {
                @let header = &column.digest.header;
                @let environment = &header.environment;
                h3 { a href=(names::device_page(&column.slug)) { (column.digest.device()) } }
                dl.facts {
                    dt { "Machine" } dd { (environment.cpu) ", " (environment.logical_cores) " logical cores, " (environment.os) }
                    dt { "Build" } dd { (environment.compiler) ", " (environment.flags) @if let Some(commit) = &environment.commit { ", commit " (commit) @if environment.dirty == Some(true) { " with changes" } } }
                    dt { "Compared" } dd { @for (index, implementation) in header.implementations.iter().enumerate() {
                        @if index > 0 { "; " } (implementation.name) " " (implementation.version) " (" (implementation.variant) ")"
                    } }
                    dt { "Command" } dd { code.command { (header.command.join(" ")) } }
                }
            }
        }
    }
}

fn held(claims: &[Judged]) -> Markup {
    html! {
        @if !claims.is_empty() {
            section aria-labelledby="claims" {
                h2 #claims { "Claims of the literature" }
                p { "Statements of others, held against what was measured here. A saving in size is one against a baseline that the statement leaves open: the one it is true of is named." }
                div.scroll tabindex="0" role="region" aria-label="Claims" {
                    table.words.wrap {
                        thead { tr { th scope="col" { "Statement" } th scope="col" { "Verdict" } th scope="col" { "Against" } th scope="col" { "Measured" } th scope="col" { "Source" } } }
                        tbody { @for claim in claims {
                            tr {
                                td { (claim.statement) }
                                td class=(tone(claim.verdict)) { (claim.verdict) }
                                td { (claim.baseline) }
                                td { (claim.measured) }
                                td { (claim.source) }
                            }
                        } }
                    }
                }
            }
        }
    }
}

const fn tone(verdict: Holds) -> &'static str {
    match verdict {
        Holds::Held => "good",
        Holds::NotHeld => "slower",
        Holds::NotMeasurable => "none",
    }
}
