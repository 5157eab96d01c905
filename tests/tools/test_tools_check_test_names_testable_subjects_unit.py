"""tools.check_test_names.testable_subjects."""

from pathlib import Path

from tools.check_test_names import testable_subjects as subjects_of


def test_names_functions_and_classes_by_folder_and_file(tmp_path: Path) -> None:
    folder = tmp_path / "streaming" / "datasets"
    folder.mkdir(parents=True)
    code = """
LIMIT = 5
def read_idx(): ...
async def fetch_all():
    def inner(): ...
class DatasetReader:
    def method(self): ...
"""
    (folder / "idx.py").write_text(code, "utf-8")
    (folder / "__init__.py").write_text("def here(): ...", "utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "more.py").write_text("def more(): ...", "utf-8")
    assert subjects_of(tmp_path) == {
        "streaming_datasets_idx_read_idx",
        "streaming_datasets_idx_fetch_all",
        "streaming_datasets_idx_dataset_reader",
        "streaming_datasets_here",
    }
