"""The player page's files, and the calls that only the page makes."""

from __future__ import annotations

from app.api.player import FOLDER
from tests.service import ROOT, Service
from tests.worlds import ARTISTS, World

MOST_BYTES = 200 * 1024  # of all files, compressed


def test_a_browser_is_sent_to_the_page(service: Service) -> None:
    """GET / of somebody who wants HTML leads to the page; everybody else is told that the service is alive."""
    answer = service.http.get("/", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["location"], answer.headers["vary"]) == (307, "player/", "Accept")
    assert service.http.get("/", headers={"accept": "*/*"}).json()["status"] == "alive"


def test_the_page_is_light_and_never_stale(service: Service) -> None:
    """All files together weigh at most 200 KB compressed, and each is asked for anew."""
    weight = 0
    for file in FOLDER.iterdir():
        with service.http.stream("GET", f"/player/{file.name}", headers={"accept-encoding": "gzip"}) as answer:
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "no-cache"
            weight += sum(len(chunk) for chunk in answer.iter_raw())
    assert 5_000 < weight <= MOST_BYTES


def test_the_page_refers_to_nothing_elsewhere() -> None:
    """No file of the page names another server, and the only scripts and styles are files: a strict policy holds."""
    for file in FOLDER.iterdir():
        text = file.read_text().replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in text
        assert "https:" not in text
    markup = (FOLDER / "index.html").read_text()
    for file in FOLDER.glob("*.js"):  # all at once, instead of one after the other as they import each other
        assert f'rel="modulepreload" href="{file.name}"' in markup or f'src="{file.name}"' in markup
    assert "style=" not in markup
    assert "<style" not in markup
    assert markup.count("<script") == markup.count('<script type="module" src=')


def test_search_finds_tracks(service: Service, world: World) -> None:
    """GET /search folds case and accents, finds parts of words in any order, and the most listened for nothing."""
    found = service.http.get("/search", params={"q": "song BETA 15"}).json()["tracks"]
    assert found == [{"track": world.tracks[15], "artist": ARTISTS[1], "title": "Sõng 15"}]
    popular = service.http.get("/search", params={"limit": 3}).json()["tracks"]
    assert [track["track"] for track in popular] == [world.tracks[row] for row in (23, 22, 21)]
    assert service.http.get("/search", params={"q": "nothing is called so"}).json() == {"tracks": []}
    for refused in ({"limit": 0}, {"limit": "many"}, {"q": "x" * 201}):
        assert service.http.get("/search", params=refused).status_code == 422


def test_a_tracks_page_tells_how_it_is_listened_to(service: Service, world: World) -> None:
    """GET /catalogue/{track} knows playbacks, appeal, neighbours and the artist's tracks."""
    told = service.http.get(f"/catalogue/{world.tracks[9]}").json()
    assert (told["artist"], told["title"]) == (ARTISTS[1], "Sõng 9")
    assert told["artist_track_count"] == 8
    assert world.tracks[9] in [track["track"] for track in told["artist_tracks"]]
    assert all(0 <= neighbour["score"] <= 1 for neighbour in told["neighbours"])
    assert service.http.get("/catalogue/999999").status_code == 404


def test_the_log_is_judged_or_a_sentence_says_why_not(service: Service) -> None:
    """GET /experiments/report compares, or says why it does not: other tests fill the log of this service."""
    report = service.http.get("/experiments/report", timeout=120).json()
    assert bool(report["comparisons"]) != bool(report["reason"])
    assert report == service.http.get("/experiments/report").json()  # kept for a minute


def test_the_leaderboard_is_what_make_leaderboard_left(service: Service) -> None:
    """GET /leaderboard is the file of `make leaderboard`, or a 404 that names the command."""
    answer = service.http.get("/leaderboard")
    if (ROOT / "docs/leaderboard.json").exists():
        assert answer.json()["worlds"]
    else:
        assert answer.status_code == 404
        assert "make leaderboard" in answer.json()["detail"]
