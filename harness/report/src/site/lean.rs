//! Markup without what a parser of HTML puts back by itself: end tags of cells, rows and items, quotes around plain
//! values, empty classes. A site of tables is a fifth smaller so.

/// End tags that the next tag implies wherever the site has them. Texts hold none: they are escaped.
const IMPLIED: [&str; 11] =
    ["</td>", "</th>", "</tr>", "</thead>", "</tbody>", "</li>", "</dt>", "</dd>", "</option>", "</body>", "</html>"];

/// The page, leaner; what scripts hold stays as it is.
pub(super) fn lean(page: &str) -> String {
    let mut lean = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        lean.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = if rest.starts_with("<script") { script_end(rest) } else { tag_end(rest) };
        let (tag, after) = rest.split_at(end);
        if rest.starts_with("<script")
            || !tag.ends_with('>')
            || !tag[1..].starts_with(|c: char| c.is_ascii_alphabetic())
        {
            if !IMPLIED.contains(&tag) {
                lean.push_str(tag);
            }
        } else {
            push_start_tag(tag, &mut lean);
        }
        rest = after;
    }
    lean.push_str(rest);
    lean
}

fn script_end(text: &str) -> usize {
    text.find("</script>").map_or(text.len(), |at| at + "</script>".len())
}

/// Where the tag at the start of a text ends: behind the first `>` that is not in quotes.
fn tag_end(text: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A start tag, whose values are all in double quotes or have none.
fn push_start_tag(tag: &str, lean: &mut String) {
    let mut parts = tag.split('"');
    // Before each value what leads to it: spaces, a name and a sign of equality.
    let mut before = parts.next().unwrap_or_default();
    while let Some(value) = parts.next() {
        let after = parts.next().unwrap_or_default();
        if value.is_empty() && before.ends_with(" class=") {
            lean.push_str(&before[..before.len() - " class=".len()]);
        } else if before.ends_with(" points=") {
            // Commas separate as spaces do, and need no quotes.
            lean.push_str(before);
            lean.push_str(&value.trim().replace(' ', ","));
            lean.push_str(if after.starts_with('/') { " " } else { "" });
        } else if is_plain(value) {
            lean.push_str(before);
            lean.push_str(value);
            // A slash would be read as a part of the value.
            if after.starts_with('/') {
                lean.push(' ');
            }
        } else {
            for part in [before, "\"", value, "\""] {
                lean.push_str(part);
            }
        }
        before = after;
    }
    lean.push_str(before);
}

/// Whether a value needs no quotes.
fn is_plain(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"#%()+,-./:;_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::lean;

    #[test]
    fn what_is_implied_is_left_out() {
        for (page, expected) in [
            (r#"<tr><td class="good">✓ 12</td><td class="">a</td></tr>"#, "<tr><td class=good>✓ 12<td>a"),
            (
                r#"<li><a href="../index.html" aria-current="page">A b</a></li>"#,
                "<li><a href=../index.html aria-current=page>A b</a>",
            ),
            (r#"<a title="a &quot;b&quot; > c" hidden>x</a>"#, r#"<a title="a &quot;b&quot; > c" hidden>x</a>"#),
            (r##"<rect x="1" fill="#0B7A6F"/>"##, "<rect x=1 fill=#0B7A6F />"),
            (r#"<polyline points="74,63 406,278 "/>"#, "<polyline points=74,63,406,278 />"),
            (r#"<p id="a">1 &lt;/p&gt; 2</p><!-- b --> 3 < 4"#, "<p id=a>1 &lt;/p&gt; 2</p><!-- b --> 3 < 4"),
        ] {
            assert_eq!(lean(page), expected);
        }
    }

    #[test]
    fn scripts_stay_as_they_are() {
        let script = r#"<script id="data">if (a < b && "</td>") c = "<p class=\"d\">";</script>"#;
        assert_eq!(lean(&format!("<li>{script}</li>")), format!("<li>{script}"));
    }

    #[test]
    fn a_text_that_ends_early_is_kept() {
        assert_eq!(lean("<p>a <b class=\"c"), "<p>a <b class=\"c");
    }
}
