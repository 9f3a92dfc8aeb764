//! The pick of a format as a form that works offline: by the rules of [`crate::recommend`], on its numbers.

use maud::html;
use serde::Serialize;

use super::compare::rounded;
use super::page::{self, Page, Script, Style};
use super::{Column, Site};
use crate::model::file_type::FileType;
use crate::recommend::{Check, Mixture, ModelShape, Rates, SAME_SPEED, Use, check, measured, mixture, models, uses};
use crate::report::digest::Digest;
use crate::report::number::digits;

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
    loss: f64,
    kld: f64,
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
    speeds: Vec<Vec<Option<f64>>>,
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
        styles: &[Style::Panel, Style::Form],
        scripts: if data.is_ok() { &[Script::Table, Script::Build, Script::Pick] } else { &[] },
        data: data.ok().map(|data| serde_json::to_string(&data).expect("plain data")),
        body,
    })
}

fn data(site: &Site) -> Result<Data, &'static str> {
    let quality = site.quality().ok_or(
        "No record here measured models, so nothing is known of quality: the suite `models` does, and `standard` holds it.",
    )?;
    let first = &quality.models[0].model;
    let rows = quality.models.iter().filter(|row| row.model == *first);
    let types: Vec<(&FileType, Type)> = rows
        .filter_map(|row| {
            let file_type = FileType::from_name(&row.file_type)?;
            let loss = rounded(row.perplexity / row.base_perplexity - 1.0);
            Some((file_type, Type { name: row.file_type.clone(), loss, kld: rounded(row.kld_mean) }))
        })
        .collect();
    let shapes = models();
    let mixtures: Vec<Vec<Mixture>> =
        shapes.iter().map(|shape| types.iter().map(|(file_type, _)| mixture(shape, file_type)).collect()).collect();
    let device = |column: &Column| {
        let rates = Rates::of(&column.digest, None, None)?;
        let speed = |model: &str, file_type: &str, mixture: &Mixture| {
            let projected = || rates.tokens_per_second(mixture).ok().filter(|rate| rate.is_finite());
            measured(&column.digest, model, file_type).or_else(projected).map(rounded)
        };
        let of = |(shape, row): (&ModelShape, &Vec<Mixture>)| {
            let types = types.iter().zip(row);
            types.map(|((_, one), mixture)| speed(&shape.name, &one.name, mixture)).collect()
        };
        let speeds = shapes.iter().zip(&mixtures).map(of).collect();
        Some(Device { name: column.digest.device(), check: words(&column.digest, &rates), speeds })
    };
    let devices: Vec<Device> = site.columns.iter().filter_map(device).collect();
    if devices.is_empty() {
        return Err("No record here timed weights from memory: the suite `matvec` does, and `standard` holds it.");
    }
    let models = shapes.iter().zip(&mixtures).map(|(shape, row)| Model {
        name: shape.name.clone(),
        bytes: row.iter().map(|mixture| mixture.bytes).collect(),
        measured: shape.name == *first,
    });
    Ok(Data {
        uses: uses(),
        models: models.collect(),
        types: types.into_iter().map(|(_, one)| one).collect(),
        devices,
        quality: first.clone(),
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
