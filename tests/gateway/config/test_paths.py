"""A path of the configuration starts in its folder; a secret is known by its type."""

from __future__ import annotations

from pathlib import Path

from drivers.config import SecretFile
from gateway.config.config import load, secret_files

CONFIG = """
seed = "site.toml"
rules = "/etc/rules.toml"
clips = "clips"

[[broker]]
name = "county"
host = "mqtt.example"
username = "qingshi"
password_file = "broker.password"
ca_file = "ca.pem"
certificate_file = "gateway.pem"
key_file = "gateway.key"
receipt_key_file = "receipts.key"

[[source]]
kind = "http"
name = "county-http"
token_file = "county.token"
receipt_key_file = "county-receipts.key"
certificates = ["county.pem", "/etc/city.pem"]
senders = ["county@example"]

[[source]]
kind = "feed"
name = "feed"
url = "https://example/feed"
headers_file = "feed.headers"
hook_secret_file = "feed.secret"
senders = ["feed@example"]

[[webhook]]
url = "https://duty.example/tongluo"
secret_file = "hook.secret"

[[line]]
name = "horns"
protocol = "openhorn"
port = "/dev/horns"
key_file = "horns.key"
"""
SECRETS = {
    "broker.password", "gateway.key", "receipts.key", "county.token", "county-receipts.key", "feed.headers",
    "feed.secret", "hook.secret", "horns.key",
}  # fmt: skip


def written(folder: Path) -> Path:
    path = folder / "gateway.toml"
    path.write_text(CONFIG, "utf-8")
    return path


def test_relative_paths_start_in_the_folder_of_the_file_and_absolute_ones_stay(tmp_path: Path) -> None:
    config = load(written(tmp_path))
    assert (config.data, config.seed, config.clips) == (
        tmp_path / "var",
        tmp_path / "site.toml",
        tmp_path / "clips",
    )
    assert config.rules == Path("/etc/rules.toml")
    assert config.readings is None
    assert config.brokers[0].ca_file == tmp_path / "ca.pem"
    assert config.brokers[0].certificate_file == tmp_path / "gateway.pem"
    assert config.sources[0].certificates == (tmp_path / "county.pem", Path("/etc/city.pem"))


def test_every_secret_of_a_configuration_is_found_by_its_type_and_no_other_file(tmp_path: Path) -> None:
    found = secret_files(load(written(tmp_path)))
    assert found == sorted(tmp_path / name for name in SECRETS)
    assert all(isinstance(file, SecretFile) for file in found)
