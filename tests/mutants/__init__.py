"""Faults put into the code on purpose, one at a time: does any test notice?"""
