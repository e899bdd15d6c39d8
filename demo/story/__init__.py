"""The life of one ingénierie, told through the services of the application with the dates it had."""

from demo.story.course import Story

__all__ = ["Story"]
