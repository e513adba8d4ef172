"""The declarative base: naming convention and the annotations that become column types."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column

from homecharge.storage.types import ExactDecimal, Id, Json, UtcDateTime

PrimaryId = Annotated[str, mapped_column(Id, primary_key=True)]


class Base(DeclarativeBase):
    """Models are tables without relationships; queries are select, insert and update."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it
        datetime: UtcDateTime(),
        Decimal: ExactDecimal(),
        dict[str, Any]: Json,
        list[Any]: Json,
    }
