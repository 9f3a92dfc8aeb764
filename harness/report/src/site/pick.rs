//! The pick of a format as a form that works offline: by the rules of [`quantmark_verdict::recommend`], on its numbers.

use maud::html;
use quantmark_record::digest::Digest;
use quantmark_record::number::digits;
use quantmark_verdict::recommend::{
    Candidate, Check, ModelShape, Rates, SAME_SPEED, Use, candidates, check, models, uses,
};
use serde::Serialize;

use super::compare::Rounded;
use super::contents::{Column, Site};
use super::page::{self, Page, Script};

#[derive(Serialize)]
struct Data {
    uses: Vec<Use>,
    types: Vec<Type>,
    models: Vec<Model>,
    devices: Vec<Device>,
    /// The model whose quality was measured.
    quality: String,
    same_speed: f64,
}

#[derive(Serialize)]
struct Type {
    name: String,
    loss: Rounded,
    kld: Rounded,
}

#[derive(Serialize)]
struct Model {
    name: String,
    /// By type.
    bytes: Vec<u64>,
    /// Whether its quality and sizes are its own, measured.
    measured: bool,
}

#[derive(Serialize)]
struct Device {
    name: String,
    check: String,
    /// Tokens a second by model and type.
    speeds: Vec<Vec<Option<Rounded>>>,
}

pub(super) fn render(site: &Site) -> String {
    let data = data(site);
    let body = html! {
        h1 { "Pick a format" }
        p.subtitle { "Which file type a model should have on a device: the smallest, fastest and nearest to the original that fits, from what was measured." }
        @match &data {
            Ok(_) => {
                form #pick hidden aria-label="What the model is for" {
                    label { "Device" select name="device" {} }
                    label { "Model" select name="model" {} }
                    label { "Memory, GB" input name="memory" type="number" min="0.1" step="0.1" value="2" inputmode="decimal"; }
                    label { "Use" select name="use" {} }
                }
                section #picked aria-live="polite" {}
                p.key { "Projected numbers are in italics: sizes follow from a model's shapes and the mixture of the file type, speeds from the rates measured for each format on weights from memory, quality from the model that was measured. Attention and the cache are left out of speeds." }
                noscript { p.notice { "This page needs its script; " code { "quantmark recommend" } " picks without one." } }
            },
            Err(missing) => p.notice { strong { "Nothing to pick from. " } (missing) },
        }
    };
    page::render(&Page {
        title: "Pick a format",
        path: "pick.html",
        scripts: if data.is_ok() { &[Script::Table, Script::Build, Script::Pick] } else { &[] },
        data: data.ok().map(|data| serde_json::to_string(&data).expect("plain data")),
        body,
    })
}

fn data(site: &Site) -> Result<Data, &'static str> {
    let quality = site.quality().ok_or(
        "No record here measured models, so nothing is known of quality: the suite `models` does, and `standard` holds it.",
    )?;
    let rated: Vec<(&Column, Rates)> =
        site.columns.iter().filter_map(|column| Some((column, Rates::of(&column.digest, None, None)?))).collect();
    let Some((some, rates)) = rated.first() else {
        return Err("No record here timed weights from memory: the suite `matvec` does, and `standard` holds it.");
    };
    let shapes = models();
    // Sizes and quality are the same on every device.
    let of_all: Vec<Vec<Candidate>> =
        shapes.iter().map(|shape| candidates(shape, rates, &some.digest, quality)).collect();
    let types = of_all.first().into_iter().flatten().map(|one| Type {
        name: one.file_type.clone(),
        loss: Rounded(one.perplexity_change.unwrap_or(0.0)),
        kld: Rounded(one.kld.unwrap_or(0.0)),
    });
    let model = |(shape, all): (&ModelShape, &Vec<Candidate>)| Model {
        name: shape.name.clone(),
        bytes: all.iter().map(|one| one.bytes).collect(),
        measured: all.iter().all(|one| one.quality_measured),
    };
    let device = |(column, rates): &(&Column, Rates)| {
        let speeds = |shape: &ModelShape| {
            let all = candidates(shape, rates, &column.digest, quality);
            all.iter().map(|one| one.tokens_per_second.map(Rounded)).collect()
        };
        Device {
            name: column.digest.device(),
            check: words(&column.digest, rates),
            speeds: shapes.iter().map(speeds).collect(),
        }
    };
    Ok(Data {
        uses: uses(),
        types: types.collect(),
        models: shapes.iter().zip(&of_all).map(model).collect(),
        devices: rated.iter().map(device).collect(),
        quality: quality.models[0].model.clone(),
        same_speed: SAME_SPEED,
    })
}

fn words(digest: &Digest, rates: &Rates) -> String {
    let threads = rates.threads;
    let of = format!(
        "Speeds are of {} on {threads} thread{}",
        rates.backends().join(" and "),
        if threads == 1 { "" } else { "s" }
    );
    match check(digest) {
        Some(Check { model, backend, file_types, mean, least, most, .. }) => format!(
            "{of}. Checked on {model}, which was really run here by the {backend} kernels in {file_types} file types: the projection is {} times what was measured ({} to {}).",
            digits(mean),
            digits(least),
            digits(most)
        ),
        None => format!("{of}. No model was really run here, so the projection is not checked on this device."),
    }
}
