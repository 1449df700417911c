"""Which files pandas reads as we do: those alone may be named in a script."""

import pytest

from gmmlab.data.tables.elsewhere import pandas_reads_the_same

SAME = {
    "plain": b"a,b\n1,2\n3,4.5\n",
    "texts aside": b"name,a,b\nx,1,2\ny,3,4\n",
    "gaps": b"a,b\n1,\n?,4\n3,5\n7,8\n" + b"1,2\n" * 20,
    "a quoted name": b'"petal, length",b\n1,2\n3,4\n',
    "a header of years": b"2001,2002\n1,2\n3,4\n1,5\n",
    "windows lines": b"a,b\r\n1,2\r\n3,4\r\n",
}
OTHER = {
    "semicolons": b"a;b\n1;2\n3;4\n",
    "decimal commas": b"a;b\n1,5;2\n3,5;4\n",
    "no header": b"1,2\n3,4\n5,6\n",
    "equal names": b"a,a\n1,2\n3,4\n",
    "a name with spaces around": b" a ,b\n1,2\n3,4\n",
    "thousands": b'a,b\n"1,200",2\n"3,400",4\n',
    "brackets": b"a,b\n(5),2\n3,4\n",
    "separators at the end": b"a,b\n1,2,\n3,4,\n",
    "sixteen bits": "a,b\n1,2\n3,4\n".encode("utf-16"),
    "many rows": b"a,b\n" + b"1,2\n3,4\n" * 15_000,
}


@pytest.mark.parametrize("name", SAME)
def test_files_that_a_script_may_name(name):
    assert pandas_reads_the_same(SAME[name])


@pytest.mark.parametrize("name", OTHER)
def test_files_that_only_we_read_so(name):
    assert not pandas_reads_the_same(OTHER[name])
