//! The form above a table that shows some of its rows. Without a script it is not there, and the table is whole.

use maud::{Markup, html};
use quantmark_record::formats::Class;

/// A form for the table with that id; its rows carry their class.
pub(super) fn form(table: &str) -> Markup {
    html! {
        form.filter hidden data-for=(table) role="search" aria-label="Filter the table" {
            label { "Name contains" input type="search" name="text" autocomplete="off" spellcheck="false"; }
            label { "Bits"
                select name="class" {
                    option value="" { "all" }
                    @for class in Class::ALL { option value=(class.style()) { (class.name()) } }
                }
            }
            label.check { input type="checkbox" name="right"; "without failures" }
            output aria-live="polite" {}
        }
    }
}
