"""What a site's people type, and what they read."""

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.archives import image_rows, image_zip
from services.federations.keys import fingerprint, public_key_of
from services.federations.site.folder import SiteFolder
from tests.factories import training
from tests.factories.across_sites import write_site
from workers.sites.site import main


def site(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_site(tmp_path, training.table(rows=30), range(30))
    return tmp_path


def test_a_fresh_folder_gets_a_manifest_with_every_setting_explained(tmp_path):
    result = site("init", tmp_path / "berlin")
    text = (tmp_path / "berlin" / "site.toml").read_text()
    assert result.exit_code == 0
    for setting in ("kind", "path", "target_column", "patient_column", "filename_column", "sha256"):
        assert f"{setting} = " in text
    assert site("init", tmp_path / "berlin").exit_code == 2


def test_a_check_counts_what_is_there_and_pins_it(folder):
    result = site("check", folder, "--pin")
    assert result.exit_code == 0, result.output
    assert "30 rows of 30 patients" in result.output
    assert "class     class 0: 15" in result.output
    assert "rows = 30" in (folder / "site.toml").read_text()
    assert site("check", folder, "--pin").exit_code == 0


def test_a_target_of_measurements_is_divided_at_the_limits_of_the_manifest(folder):
    lines = (folder / "data.csv").read_text().splitlines()
    place = lines[0].split(",").index("f0")
    manifest = (folder / "site.toml").read_text().replace('"Target"', '"f0"')
    (folder / "site.toml").write_text(manifest)
    assert "looks like a measurement" in site("check", folder).output
    limit = sorted(float(line.split(",")[place]) for line in lines[1:])[9]
    (folder / "site.toml").write_text(f"{manifest}class_limits = [{limit}, 1e6]\n")
    result = site("check", folder)
    assert result.exit_code == 0, result.output
    assert f"class     <{limit}: 9\n" in result.output
    assert f"class     {limit} … <1000000: 21\n" in result.output
    (folder / "site.toml").write_text(f'{manifest}class_limits = ["0"]\n')
    assert "class_limits are numbers without quotes" in site("check", folder).output


def test_data_that_changed_after_it_was_pinned_is_refused(folder):
    site("check", folder, "--pin")
    lines = (folder / "data.csv").read_text().splitlines()
    changed = lines[1].replace(lines[1].split(",")[0], "17.5", 1)
    (folder / "data.csv").write_text("\n".join([lines[0], changed, *lines[2:]]))
    result = site("check", folder)
    assert result.exit_code == 2
    assert "The data has changed" in result.output


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ("", "no [data] table"),
        ("[data", "cannot be read"),
        ('[data]\nkind = "table"\n', "lacks path"),
        ('[data]\nkind = "sound"\npath = "data.csv"\n', "must be table or images"),
        ('[data]\nkind = "table"\npath = "none.csv"\n', "there is no"),
        ('[data]\nkind = "table"\npath = "."\n', "is a folder"),
        ('[data]\nkind = "table"\npath = "../data.csv"\n', "outside of"),
        ('[data]\nkind = "table"\npath = "/etc/passwd"\n', "outside of"),
        ('[data]\nkind = "table"\npath = ".roundhouse/site.key"\n', "holds keys"),
        ('[data]\nkind = "table"\npath = "data.csv"\ntarget = "T"\n', "Did you mean target_column"),
        ('[data]\nkind = "table"\npath = "data.csv"\nrows = "30"\n', "must be a whole number"),
        ('[data]\nkind = "table"\npath = "data.csv"\ntarget_column = "Risk"\n', "Risk"),
        ('[data]\nkind = "images"\npath = "data.csv"\n', "zip"),
    ],
)
def test_a_manifest_that_is_wrong_is_explained(folder, manifest, said):
    (folder / "site.toml").write_text(manifest)
    result = site("check", folder)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_every_bad_cell_is_named(folder):
    lines = (folder / "data.csv").read_text().splitlines()
    for number in (3, 5):
        lines[number] = lines[number].replace(lines[number].split(",")[0], "high", 1)
    (folder / "data.csv").write_text("\n".join(lines))
    result = site("check", folder)
    assert result.exit_code == 2
    assert "Rows 4, 6, column 'f0': 'high' is not a number" in result.output


def test_a_site_may_have_one_class_only_because_others_have_the_rest(folder):
    lines = (folder / "data.csv").read_text().splitlines()
    alike = [line for line in lines if "class 0" in line]
    (folder / "data.csv").write_text("\n".join([lines[0], *alike]))
    result = site("check", folder)
    assert result.exit_code == 0, result.output
    assert "class     class 0: 15" in result.output


def test_images_may_lie_in_a_folder_or_in_a_zip(tmp_path):
    archive = image_zip(image_rows())
    path = tmp_path / "images.zip"
    path.write_bytes(archive)
    (tmp_path / "site.toml").write_text('[data]\nkind = "images"\npath = "images.zip"\n')
    packed = site("check", tmp_path)
    assert packed.exit_code == 0, packed.output
    with zipfile.ZipFile(path) as content:
        content.extractall(tmp_path / "scans")
    (tmp_path / "site.toml").write_text('[data]\nkind = "images"\npath = "scans"\n')
    loose = site("check", tmp_path)
    assert loose.exit_code == 0, loose.output
    assert loose.output == packed.output


def test_the_public_key_is_printed_and_the_private_one_kept(folder):
    result = site("key", folder)
    key = SiteFolder(folder).key_file
    assert fingerprint(public_key_of(result.output)) == fingerprint(
        SiteFolder(folder).key().public_key()
    )
    assert (key.stat().st_mode & 0o777, key.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert site("key", folder).output == result.output
    assert site("key", folder, "--new").output != result.output


def test_a_site_that_has_not_joined_reads_how(folder):
    result = site("run", folder)
    assert result.exit_code == 2
    assert "site join URL --token" in result.output


def test_a_join_that_is_refused_leaves_the_key_that_works(folder):
    before = SiteFolder(folder).key().public_key()
    result = site("join", "http://127.0.0.1:9", "--token", "rhs_x", "--folder", folder)
    assert result.exit_code == 2
    assert fingerprint(SiteFolder(folder).key().public_key()) == fingerprint(before)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "nonsense", "ftp://x"])
def test_an_address_where_no_platform_is_is_named(folder, url):
    result = site("join", url, "--token", "rhs_x", "--folder", folder)
    assert result.exit_code == 2
    assert "does not answer as Roundhouse does" in result.output
