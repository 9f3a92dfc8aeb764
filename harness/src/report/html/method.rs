//! How the numbers came about, and what they do not say.

use maud::{Markup, html};

use crate::record::Record;

pub(super) fn section(record: &Record) -> Markup {
    let compared = record.measurements.iter().any(|measurement| measurement.against.is_some());
    html! {
        div.prose {
            h3 { "Checks" }
            p { "Expected values come from the reference's own libraries at a pinned version, never from the kernels that are checked. Dequantizing must agree bit for bit, quantizing byte for byte. A dot product must have its integer stage exact and its float stage within a bound that follows from the number of roundings, against the value in double precision. Each backend runs in a process of its own, so a crash is a row of the table and not the end of the run." }
            p { "A check that was not run says why. An unexpected pass, where a known failure was listed, counts as a failure: the list is then wrong." }
            h3 { "Timings" }
            p { "Only formats whose checks hold are timed, alone on the machine as far as the program can see to it. The record keeps every sample; the tables show the median, the median absolute deviation (MAD) and a 95 % percentile bootstrap interval of the median. Few samples make the interval narrower than it should be." }
            @if compared {
                p { "Ratios compare samples taken in turn in one process, pair by pair, so what disturbs the machine disturbs both sides. A coloured ratio has an interval that leaves out 1." }
            }
            p { "The share of the roof is the rate at which quantized weights are read, over the read bandwidth of memory measured in the same run. It is given where the weights are larger than the last cache." }
            h3 { "Quality" }
            p { "Each file type is made from the same model as llama-quantize makes it and run by the kernels that were checked. Perplexity follows llama-perplexity: windows that do not overlap, each read from its beginning, the predictions of the second half counted; the error is the standard error over predictions. Divergence is taken at the same predictions from the model before quantizing, in one pass; of that model from itself it is exactly zero. File types whose difference in perplexity is below the error are told apart by divergence, which is paired." }
            h3 { "Limits" }
            ul {
                li { "One run knows the noise within itself and not that from day to day." }
                li { "Rates of kernels are not those of models: tokens per second also depend on attention, caches and threads. Those of the small model under Quality show the order of file types on this machine, not what a large model reaches." }
                li { "What quantizing costs depends on the model: larger ones lose less. The order of file types carries over better than the numbers." }
                li { "A check proves its inputs alone. Formats whose every code point was tried are still only as sure as their cases." }
                li { "Intervals say how well the median is known on this machine in this state, not on another machine of its kind." }
            }
            p { "Beside this page lie " code { "cases.csv" } ", " code { "measurements.csv" } ", " code { "sizes.csv" } ", " code { "models.csv" } " and " code { "junit.xml" } "; all are rendered from the same record." }
        }
    }
}
