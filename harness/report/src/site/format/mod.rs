//! The page of a format.

mod devices;
mod layout;
mod sizes;

use maud::{Markup, html};
use quantmark_kernels::{Format, Importance};
use quantmark_record::digest::Digest;
use quantmark_record::formats::Class;
use quantmark_record::number::{bytes, change, digits, percent};
use quantmark_record::schema::ModelRow;

use super::contents::Column;
use super::page::{self, Page};
use super::{names, part, quality};

/// Renders the page of a format over the devices; `quality` is the digest that tells what it costs a model.
pub(super) fn render(name: &str, columns: &[Column], quality: Option<&Digest>) -> String {
    let known = name.parse::<Format>().ok();
    let body = html! {
        h1 { code { (name) } }
        p.subtitle { (part::mark(Class::of(name))) (Class::of(name).name()) @if let Some(format) = known { " · " (in_short(format)) } }
        @match known {
            Some(format) => section aria-labelledby="layout" { h2 #layout { "Block" } (layout::section(format)) },
            None => p.notice { "This program does not know the format; what records say of it stands below." },
        }
        section aria-labelledby="cost" {
            h2 #cost { "What it costs, and what it gains" }
            (cost(name, columns, quality))
        }
        section aria-labelledby="devices" {
            h2 #devices { "On every device and backend" }
            (devices::section(name, columns))
        }
    };
    page::render(&Page { title: name, path: &names::format_page(name), scripts: &[], data: None, body })
}

fn in_short(format: Format) -> String {
    let spec = format.spec();
    let importance = match spec.importance {
        Importance::Ignored => "",
        Importance::Optional => "; takes importance",
        Importance::Required => "; needs importance",
    };
    match spec.activation {
        Some(activation) if activation != format => format!("multiplies activations in {activation}{importance}"),
        Some(_) => format!("multiplies activations in its own kind{importance}"),
        None => format!("stores activations{importance}"),
    }
}

fn cost(name: &str, columns: &[Column], quality: Option<&Digest>) -> Markup {
    let bits = columns.iter().find_map(|column| names::bits_per_weight(&column.digest, name));
    let row = quality.and_then(|digest| quality::of_format(digest, name));
    html! {
        @if let Some(bits) = bits {
            p { strong { (names::bits(bits)) " bits per weight" } ", everything a block stores included: " (percent(bits / 16.0)) " of F16, " (percent(bits / 32.0)) " of F32." }
        }
        @match row {
            Some(row) => (model(row)),
            None => p.key { "No record here measured a model in it." },
        }
        (sizes::section(name, columns))
    }
}

fn model(row: &ModelRow) -> Markup {
    html! {
        p {
            "As " code { (row.file_type) } ", " (row.model) " takes " (bytes(row.bytes)) " (" (names::bits(row.bits_per_weight)) " bits per weight over all tensors). Its perplexity is "
            (digits(row.perplexity)) ", " (change(row.perplexity / row.base_perplexity)) " on " (digits(row.base_perplexity))
            " before quantizing; the mean divergence is " (digits(row.kld_mean)) " nats, 99 % of predictions stay below "
            (digits(row.kld_99)) ", and " (percent(row.same_top)) " keep the same token on top."
        }
        p.key { "A small model loses more than a large one: the order of formats carries over better than the numbers." }
    }
}
