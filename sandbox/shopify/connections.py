"""stub: owned by the infrastructure part"""
