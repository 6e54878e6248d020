"""A forecasting session from empty to evaluated, with the mouse and in German."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import ALL, COLOURS, faults_of
from tests.browser.conftest import Visit
from tests.factories.sessions import BEGIN, csv_text, load_and_temperature

pytestmark = pytest.mark.browser
HOURS = 24 * 30
BASE = "/api/training"
TRAINING_MS = 60_000


def _csv(name: str) -> dict[str, object]:
    load, temperature = load_and_temperature(HOURS)
    text = csv_text(name, load if name == "load" else temperature)
    return {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": text.encode()}


def _step(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Steps of the session").get_by_role(
        "link", name=re.compile(f"^{name}")
    ).click()
    expect(page.get_by_role("heading", level=2, name=name)).to_be_visible()


def test_a_session_goes_from_dropped_files_to_an_evaluated_model(visit: Visit) -> None:
    page = visit().open("/sessions")
    expect(page.get_by_role("heading", name="No sessions yet")).to_be_visible()
    page.get_by_role("button", name="New session").first.click()
    page.get_by_label("Name", exact=True).fill("North grid load")
    page.get_by_role("button", name="Create session").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("North grid load")

    page.get_by_label("Input files").set_input_files([_csv("load"), _csv("temperature")])
    inputs = page.get_by_test_id("file-input")
    expect(inputs).to_have_count(2)
    card = inputs.filter(has_text="temperature.csv")
    expect(card).to_contain_text("720 of 720 rows (100 %)")
    expect(card).to_contain_text("Jan 1, 2024, 12:00 AM – Jan 30, 2024, 11:00 PM UTC")
    expect(card).to_contain_text("temperature: 97 points from −24 h to 0 h, 15 min apart.")
    card.get_by_text("Settings of the series").click()
    card.get_by_label("Horizon end [h]").fill("24")
    card.get_by_label("Horizon start [h]").fill("1")
    card.get_by_role("button", name="Save").click()
    expect(card).to_contain_text("temperature: 97 points from +1 h to +24 h")
    inputs.filter(has_text="load.csv").get_by_role("button", name="Use as output, too").click()
    expect(page.get_by_test_id("file-output")).to_have_count(1)

    _step(page, "Training")
    expect(page.get_by_role("link", name="First save the time steps.")).to_be_visible()
    _step(page, "Time and calendar")
    expect(page.get_by_label("Input steps")).to_have_value("97")
    page.get_by_role("button", name="Use 25 steps of 60 min").click()
    page.get_by_label("Day", exact=True).check()
    page.get_by_label("Week", exact=True).check()
    page.get_by_role("button", name="Save").click()
    steps = page.get_by_role("navigation", name="Steps of the session")
    expect(steps).to_contain_text("25 → 25 steps of 60 min, Week, Day")

    _step(page, "Split")
    page.get_by_label("Training [%]").fill("60")
    expect(page.get_by_label("Test [%]")).to_have_value("20")
    expect(
        page.get_by_role("img", name=re.compile("^Training: Jan 1.* Gap: .* Test: "))
    ).to_be_visible()

    _step(page, "Training")
    page.get_by_role("button", name="Add Linear").click()
    page.get_by_role("button", name="Add Linear").click()
    page.get_by_role("button", name="Train 2 models").click()
    board = page.get_by_test_id("leaderboard")
    rows = board.locator("tbody tr")
    expect(rows).to_have_count(5, timeout=TRAINING_MS)
    expect(rows.first).to_contain_text("succeeded")
    for baseline in ("Seasonal naive", "Naive", "AutoETS"):
        expect(board).to_contain_text(f"Baseline: {baseline}")
    page.get_by_role("button", name="Create an ensemble of 2 models").click()
    ensemble = rows.filter(has_text="Ensemble")
    expect(ensemble).to_contain_text(re.compile(r"Linear \(run \d+\): \d+ %"), timeout=TRAINING_MS)

    _step(page, "Evaluation")
    expect(page.get_by_test_id("classical")).to_contain_text("load: ETS(")
    expect(page.get_by_test_id("importance").locator("tbody tr")).to_have_count(4)
    skill = page.get_by_test_id("skill")
    expect(skill).to_contain_text(
        re.compile(
            r"0\.\d+.*load: the mean absolute error is [\d.]+ % below that of seasonal naive"
        )
    )
    expect(page.get_by_test_id("df-eval").locator("tbody tr")).to_have_count(12)
    page.get_by_role("group", name="Whose table").get_by_role("button", name="Seasonal").click()
    chart = page.get_by_test_id("chart-levels-MAE")
    first = page.get_by_test_id("df-eval").locator("tbody tr").first.locator("td").first
    seasonal = first.text_content()
    chart.get_by_role("button", name="table").click()
    expect(chart.locator("tbody tr").first.locator("td").nth(2)).to_have_text(str(seasonal))

    _backtest_and_price(page)
    _forecast_many(page)
    answers: list[tuple[int, str]] = []
    page.on("response", lambda one: answers.append((one.status, one.url)))
    with page.expect_response(re.compile("/api/training/status/")):
        _step(page, "Data")
    expect(page.get_by_role("button", name="Cut samples")).to_be_visible()
    assert [url for status, url in answers if status == 404] == []  # nothing was cut yet

    _draw_samples(page)
    _step(page, "Models")
    model = page.get_by_test_id("kept-model").first
    model.get_by_text("Files to download").click()
    expect(model.get_by_test_id("artifact-list")).to_contain_text("model/model.onnx")

    page.get_by_role("link", name="Sessions").first.click()
    row = page.get_by_test_id("session-table").locator("tbody tr")
    expect(row).to_contain_text("trained")
    expect(row.locator("td").nth(4)).to_have_text(re.compile(r"^0\.\d{4,6}$"))
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=2, name="Evaluation")).to_be_visible()
    _step(page, "Split")
    expect(page.get_by_label("Training [%]")).to_have_value("60")
    assert not _faults(page)


def _draw_samples(page: Page) -> None:
    """Have the samples drawn as one picture; another option makes it an old one."""
    _step(page, "Test samples")
    picture = page.get_by_role("region", name="As one picture")
    picture.get_by_label("Time axis").select_option("ts")
    picture.get_by_role("button", name="Draw the picture").click()
    drawn = picture.get_by_role("img", name="6 test samples as one picture")
    expect(drawn).to_have_attribute(
        "src", re.compile("^data:image/png;base64,"), timeout=TRAINING_MS
    )
    expect(picture.get_by_role("link", name="Save as PNG")).to_be_visible()
    picture.get_by_label("One common value axis").check()
    expect(drawn).to_have_count(0)


def _backtest_and_price(page: Page) -> None:
    """Look at the closer parts of the evaluation: worst windows, residuals, money, cut-offs."""
    worst = page.get_by_test_id("worst-windows")
    table = worst.get_by_role("table", name="load: worst windows")
    expect(table.locator("tbody tr")).to_have_count(10)
    table.get_by_role("button", pressed=False).first.click()
    expect(worst.get_by_role("heading", level=3).nth(1)).to_contain_text("Window at")
    expect(page.get_by_test_id("residuals")).to_contain_text("Ljung-Box test")
    costs = page.get_by_test_id("costs")
    costs.get_by_text("Price of errors").click()
    costs.get_by_label("Too low").fill("0.3")
    costs.get_by_label("Too high").fill("x")
    expect(costs).to_contain_text("A number from 0")
    costs.get_by_label("Too high").fill("0,1")
    costs.get_by_role("button", name="Save price").click()
    expect(page.get_by_test_id("money")).to_contain_text(re.compile(r"Per day\s*[\d.]+ EUR"))
    backtest = page.get_by_test_id("backtest")
    backtest.get_by_label("Cut-offs").fill("2")
    backtest.get_by_role("button", name="Start backtest").click()
    folds = page.get_by_test_id("folds").locator("tbody tr")
    expect(folds).to_have_count(3, timeout=TRAINING_MS)
    expect(folds.last).to_contain_text("Mean of 2 cut-offs")
    expect(backtest).to_contain_text("scaling is fitted on training rows only")


def _forecast_many(page: Page) -> None:
    """Forecast once beside the truth, then over a range of times."""
    _step(page, "Predict")
    page.get_by_role("button", name="Forecast", exact=True).click()
    expect(page.get_by_test_id("chart-forecast-load")).to_contain_text("load, measured")
    for name, value in (("load", 500), ("temperature", 10)):  # ten times the load of before
        times = (BEGIN + timedelta(hours=HOURS + hour) for hour in range(72))
        page.get_by_text(f"Newer rows of {name}").click()
        newer = "\n".join(f"{time:%Y-%m-%d %H:%M:%S};{value}" for time in times)
        page.get_by_label(f"Newer rows of {name}").fill(newer)
    page.get_by_role("button", name="Forecast", exact=True).click()
    drift = page.get_by_role("status").filter(has_text="The newest errors leave the band")
    expect(drift).to_contain_text(re.compile(r"mean absolute error \d+"))
    batch = page.get_by_test_id("batch")
    batch.get_by_label("First reference time").fill("2024-01-20")
    batch.get_by_label("Last reference time").fill("2024-01-22")
    batch.get_by_label("Every so many steps").fill("6")
    batch.get_by_role("button", name="Make forecasts").click()
    expect(page.get_by_test_id("batch-error")).to_contain_text("over 9 windows")
    with page.expect_download() as download:
        batch.get_by_role("button", name="Download as CSV").click()
    text = download.value.path().read_text().splitlines()
    assert len(text) == 1 + 9 * 25
    assert text[0] == "reference_time,output,step,time,forecast,lower,upper,measured"


def _faults(page: Page) -> list[str]:
    """Return what is wrong with any step: in light on a desk, in dark on a phone."""
    faults: list[str] = []
    for name in (
        "Files",
        "Time and calendar",
        "Split",
        "Training",
        "Evaluation",
        "Models",
        "Predict",
    ):
        page.set_viewport_size({"width": 1280, "height": 900})
        _step(page, name)
        page.emulate_media(color_scheme="light")
        faults += faults_of(page, ALL)
        page.set_viewport_size({"width": 360, "height": 740})
        page.emulate_media(color_scheme="dark")
        faults += faults_of(page, COLOURS)
    return faults


def test_a_session_speaks_german(visit: Visit) -> None:
    visitor = visit(locale="de-DE")
    page = visitor.open("/sessions?new=1")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Sitzungen"))
    page.get_by_role("button", name="Beispielsitzung öffnen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Beispiel: stündliche Last")
    steps = page.get_by_role("navigation", name="Schritte der Sitzung")
    for name in ("Dateien", "Zeit und Kalender", "Aufteilung", "Training"):
        steps.get_by_role("link", name=re.compile(f"^{name}")).click()
        expect(page.get_by_role("heading", level=2, name=name)).to_be_visible()
    expect(steps).to_contain_text("4 Eingänge, 1 Ausgang")
    expect(steps).to_contain_text("24 → 24 Schritte zu 60 min, Woche, Tag")
    steps.get_by_role("link", name=re.compile("^Dateien")).click()
    card = page.get_by_test_id("file-input").filter(has_text="temperature.csv")
    expect(card).to_contain_text("3.600 von 3.600 Zeilen (100 %)")
    expect(card).to_contain_text("24 Punkte von +1 h bis +24 h, Abstand 60 min")

    rows = "".join(f"01/02/2024 {hour:02}:00;{hour + 0.5}\n" for hour in range(24))
    page.get_by_label("Ausgangsdateien").set_input_files(
        {"name": "wann.csv", "mimeType": "text/csv", "buffer": f"Zeit;kW\n{rows}".encode()}
    )
    asked = page.get_by_test_id("file-output").filter(has_text="wann.csv")
    expect(asked).to_contain_text("Jedes Datum lässt sich mit dem Tag oder dem Monat zuerst lesen.")
    expect(steps.get_by_role("link", name=re.compile("^Dateien"))).to_have_attribute(
        "data-standing", "attention"
    )
    asked.get_by_role("button", name="Tag zuerst").click()
    expect(asked).to_contain_text("01.02.2024, 00:00 – 01.02.2024, 23:00 UTC")
    expect(asked.get_by_test_id("file-question")).to_have_count(0)
