//! `cargo xtask site`: the published example, from records of real runs.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::program::{self, root};

/// Where the site lies.
const SITE: &str = "reports/site";

/// The picture of its first page that the README shows.
const PICTURE: &str = "reports/overview.png";

/// Writes the site of the records anew, and the picture where there is a Chromium. Without records those of all runs in
/// `reports/runs` are taken.
pub fn run(records: &[PathBuf]) -> Result<u8> {
    let records = if records.is_empty() { every_run()? } else { records.to_vec() };
    ensure!(!records.is_empty(), "reports/runs holds no run; `cargo xtask bench` makes one");
    let site = root().join(SITE);
    let fresh = root().join("reports/site.tmp");
    remove(&fresh)?;
    let mut arguments = vec!["report".to_owned(), "--out".to_owned(), text(&fresh)?];
    for record in &records {
        arguments.push(text(record)?);
    }
    let code = program::run(&arguments)?;
    if code != 0 {
        remove(&fresh)?;
        return Ok(code);
    }
    // Pages of devices that are gone go with the folder.
    remove(&site)?;
    fs::rename(&fresh, &site).with_context(|| site.display().to_string())?;
    picture(&site.join("index.html"))?;
    println!("{}", site.join("index.html").display());
    Ok(0)
}

fn every_run() -> Result<Vec<PathBuf>> {
    let folder = root().join("reports/runs");
    let Ok(entries) = fs::read_dir(&folder) else { return Ok(Vec::new()) };
    let mut records = Vec::new();
    for entry in entries {
        let record = entry.with_context(|| folder.display().to_string())?.path().join("run.jsonl");
        if record.is_file() {
            records.push(record);
        }
    }
    records.sort();
    Ok(records)
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    Ok(())
}

fn text(path: &Path) -> Result<String> {
    path.to_str().map(str::to_owned).with_context(|| format!("{}: no UTF-8", path.display()))
}

fn picture(page: &Path) -> Result<()> {
    let Some(chromium) = chromium() else {
        eprintln!("no Chromium is installed: {PICTURE} stays as it was");
        return Ok(());
    };
    let profile = root().join("target/chromium-profile");
    let mut picture = OsString::from("--screenshot=");
    picture.push(root().join(PICTURE));
    let mut data = OsString::from("--user-data-dir=");
    data.push(&profile);
    let status = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        .args(["--disable-component-update", "--disable-sync", "--hide-scrollbars", "--window-size=1280,860"])
        .args([picture, data])
        .arg(format!("file://{}", page.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("Chromium does not start")?;
    ensure!(status.success(), "Chromium made no picture");
    remove(&profile)
}

fn chromium() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("QUANTMARK_CHROMIUM") {
        return Some(path.into());
    }
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file()))
}
