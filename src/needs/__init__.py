"""Needs assessment and reporting for adult secure mental health services in England."""

